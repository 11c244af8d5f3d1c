using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class RunTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Prints(string expected, string script, params string[] words)
    {
        var run = folder.Run(script, words);
        Assert.Equal((0, expected, ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Await_stands_at_top_level() =>
        Prints("3", "await Task.Yield(); var n = await Task.FromResult(3); Console.WriteLine(n);");

    [Fact]
    public void Classes_records_and_local_functions_see_the_prelude() => Prints(
        "5 5 7",
        """
        record Settings(int Epochs) { public static Settings Read() => new(Option("epochs", 5)); }
        class Model { readonly int epochs = Option("epochs", 5); public int Epochs() { return epochs; } }
        int Outer() { int Inner() => Option("other", 7); return Inner(); }
        Console.WriteLine($"{Settings.Read().Epochs} {new Model().Epochs()} {Outer()}");
        """);

    [Fact]
    public void Language_is_the_latest_and_nullable_annotations_are_quiet() => Prints(
        "2 3 True",
        """
        class Model { public int Size { get => field; set => field = value * 2; } }
        static int Plus(this int n, int m) => n + m;
        string? Nothing() => null;
        string text = Nothing();
        Model? model = new();
        model?.Size = 1;
        Console.WriteLine($"{model.Size} {1.Plus(2)} {text is null}");
        """);

    [Fact]
    public void Usual_namespaces_need_no_using() => Prints(
        "3 6 True",
        """
        var list = new List<int> { 1, 2, 3 };
        SoftmaxException? none = null;
        Console.WriteLine($"{list.Count} {list.Sum()} {Path.IsPathRooted("/a") && none is null && Math.Abs(-1) == 1}");
        """);

    [Fact]
    public void Arguments_after_two_dashes_are_untouched() => Prints(
        "[a  b][--epochs][--][]",
        """Console.WriteLine(string.Concat(Args.Select(a => $"[{a}]")));""",
        "--", "a  b", "--epochs", "--", "");

    [Fact]
    public void Script_is_read_from_standard_input()
    {
        var run = ScriptFolder.HostWithInput("""Console.WriteLine(Option("n", 1));""", "-", "--n", "4");
        Assert.Equal((0, "4"), (run.ExitCode, run.Output));
        var broken = ScriptFolder.HostWithInput("Foo();", "-");
        Assert.StartsWith("stdin(1,1): error CS0103:", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Word_run_may_be_written()
    {
        folder.Write("x.csx", """Console.WriteLine(Option("n", 1));""");
        Assert.Equal("8", ScriptFolder.Host("run", "x.csx", "--n", "8").Output);
    }

    [Fact]
    public void Warnings_are_shown_and_do_not_stop_the_run()
    {
        var run = folder.Run("async Task F() { await Task.Yield(); }\nasync Task G() { F(); await F(); }\nawait G();");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("x.csx(2,18): warning CS4014:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Session_knows_script_threads_and_data_folder()
    {
        var run = folder.Run(
            "var s = ScriptSession.Current; Console.WriteLine($\"{s.ScriptPath}|{s.Threads}|{s.DataDirectory}|{s.IsHosted}\");",
            "--threads", "3", "--data-dir", "sets");
        var expected = $"{Path.Combine(folder.Path, "x.csx")}|3|{Path.Combine(folder.Path, "sets")}|True";
        Assert.Equal((expected, ""), (run.Output, run.Error));
    }

    [Fact]
    public void Session_ends_with_the_run()
    {
        folder.Run("""Option("a", 1);""", "--threads", "3");
        Assert.False(Toolkit.ScriptSession.Current.IsHosted);
        Assert.Null(Toolkit.ScriptSession.Current.Threads);
    }

    [Fact]
    public void Shebang_and_byte_order_mark_are_accepted()
    {
        File.WriteAllText("x.csx", "#!/usr/bin/env softmax\nConsole.WriteLine(\"é\");\n", new System.Text.UTF8Encoding(true));
        Assert.Equal("é", ScriptFolder.Host("x.csx").Output);
    }
}
