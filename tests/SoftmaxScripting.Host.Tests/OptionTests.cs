using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class OptionTests : IDisposable
{
    private const string Script = """
        enum Mode { Fast, Slow }
        var epochs = Option("epochs", 5, "passes", min: 1, max: 100);
        var big = Option("big", 1L);
        var rate = Option("rate", 0.5, min: 0);
        var half = Option("half", 0.5f);
        var shuffle = Option("shuffle", true);
        var verbose = Option("verbose", false);
        var mode = Option("mode", Mode.Slow);
        var name = Option("name", "x");
        var loss = Option("loss", "huber", choices: ["huber", "squared"]);
        FormattableString line = $"{epochs} {big} {rate} {half} {shuffle} {verbose} {mode} {name} {loss}";
        Console.WriteLine(FormattableString.Invariant(line));
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "5 1 0.5 0.5 True False Slow x huber")]
    [InlineData("--epochs 7 --rate=0.25 --half -1e-3", "7 1 0.25 -0.001 True False Slow x huber")]
    [InlineData("--big 9223372036854775807 --rate inf", "5 9223372036854775807 Infinity 0.5 True False Slow x huber")]
    [InlineData("--no-shuffle --verbose", "5 1 0.5 0.5 False True Slow x huber")]
    [InlineData("--shuffle=false --verbose yes", "5 1 0.5 0.5 False True Slow x huber")]
    [InlineData("--no-shuffle --shuffle", "5 1 0.5 0.5 True False Slow x huber")]
    [InlineData("--mode fast --loss SQUARED --name --epochs=2", "")]
    [InlineData("--mode fast --loss SQUARED --name=--epochs=2", "5 1 0.5 0.5 True False Fast --epochs=2 squared")]
    [InlineData("--epochs 7 --epochs 9", "9 1 0.5 0.5 True False Slow x huber")]
    public void Values_are_read(string words, string expected)
    {
        var run = folder.Run(Script, words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((expected.Length > 0 ? 0 : 2, expected), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("--epochs abc", "error: --epochs: 'abc' is not a whole number")]
    [InlineData("--epochs 1.5", "error: --epochs: '1.5' is not a whole number")]
    [InlineData("--epochs 0", "error: --epochs: 0 is out of range; it must be from 1 to 100")]
    [InlineData("--epochs 99999999999", "error: --epochs: 99999999999 does not fit; whole numbers go from -2147483648 to 2147483647")]
    [InlineData("--epochs", "error: --epochs needs a value: a whole number (from 1 to 100)")]
    [InlineData("--rate 1,5", "error: --rate: '1,5' is not a number")]
    [InlineData("--rate nan", "error: --rate: nan is out of range; it must be 0 or more")]
    [InlineData("--rate 1e999", "error: --rate: 1e999 is too large for float64")]
    [InlineData("--half 1e99", "error: --half: 1e99 is too large for float32")]
    [InlineData("--shuffle maybe", "error: --shuffle: 'maybe' is neither true nor false")]
    [InlineData("--no-shuffle 1", "error: --no-shuffle takes no value, but was given '1'")]
    [InlineData("--no-epochs", "error: --no-epochs: --epochs is no switch, it takes a whole number (from 1 to 100)")]
    [InlineData("--mode fats", "error: --mode: 'fats' is not one of Fast, Slow (did you mean Fast?)")]
    [InlineData("--mode 1", "error: --mode: '1' is not one of Fast, Slow")]
    [InlineData("--loss hubr", "error: --loss: 'hubr' is not one of huber, squared (did you mean huber?)")]
    [InlineData("--epocs 3", "error: x.csx has no option --epocs (did you mean --epochs?).")]
    [InlineData("--thread 3", "error: x.csx has no option --thread (did you mean --threads?).")]
    [InlineData("--threads 0", "error: --threads: 0 is out of range; it must be from 1 to 1024")]
    [InlineData("--data-dir x.csx", "error: --data-dir: 'x.csx' is not a folder")]
    [InlineData("stray", "error: 'stray' belongs to no option. Options are written --name value; plain arguments follow a lone '--'.")]
    [InlineData("-e 3", "error: '-e' is not an option: options start with two dashes, as in --e.")]
    public void Slips_are_refused_before_the_run(string words, string expected)
    {
        var run = folder.Run("Console.WriteLine(\"started\");\n" + Script, words.Split(' '));
        Assert.Equal((2, "", expected), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Unknown_option_names_those_there_are()
    {
        var run = folder.Run("""Option("epochs", 1);""", "--zzz");
        Assert.StartsWith("error: x.csx has no option --zzz; it has --epochs, --", run.Error, StringComparison.Ordinal);
        Assert.All(
            Scripting.CommonOptions.Listing,
            option => Assert.Contains(option.Usage.Split(' ')[0], run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Computed_names_are_warned_about_after_the_run()
    {
        var run = folder.Run(
            """foreach (var n in new[] { "a", "b" }) Console.WriteLine(Option(n, 1)); Option("flag-" + Args.Length, true);""",
            "--b", "4", "--c", "5", "--no-flag-0");
        Assert.Equal((0, "1\n4"), (run.ExitCode, run.Output));
        Assert.Equal("warning: --c was given, but x.csx never asked for it.", run.Error);
    }

    [Fact]
    public void Computed_option_with_a_bad_value_ends_the_run_as_wrong_usage()
    {
        var run = folder.Run("""var n = "epo" + Args.Length; Option(n, 1);""", "--epo0", "x");
        Assert.Equal((2, "--epo0: 'x' is not a whole number"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Constant_name_is_known_before_the_run()
    {
        var run = folder.Run("""const string Name = "epo" + "chs"; Option(Name, 1);""", "--epocs", "1");
        Assert.Equal((2, "error: x.csx has no option --epocs (did you mean --epochs?)."), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Own_function_of_the_name_is_not_mistaken()
    {
        var run = folder.Run("""class Own { public static int Option(string n, int d) => d; } Own.Option("epochs", 1);""", "--epochs", "1");
        Assert.Equal(2, run.ExitCode);
    }

    [Theory]
    [InlineData("""Option("threads", 2);""", "--threads means the same in every script")]
    [InlineData("""Option("--epochs", 2);""", "without leading dashes")]
    [InlineData("""Option("epochs", 0, min: 1);""", "the default 0 is out of range; it must be 1 or more")]
    [InlineData("""Option("loss", "x", choices: ["a", "b"]);""", "the default \"x\" is not one of a, b")]
    [InlineData("""Option("day", DateTime.MinValue);""", "an option is an int, long, float, double, bool, string or enum, not a DateTime")]
    public void Wrong_declarations_are_named(string script, string expected)
    {
        var run = folder.Run(script);
        Assert.Equal(70, run.ExitCode);
        Assert.Contains(expected, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("  x.csx(1): at top level", run.ErrorLines[1]);
    }

    [Fact]
    public void Help_lists_options_and_does_not_run()
    {
        folder.Write(
            "x.csx",
            "// What it shows.",
            "//   y = f(x)",
            "",
            "// Not part of it.",
            "Console.WriteLine(\"started\");",
            "enum Mode { Fast, Slow }",
            "Option(\"epochs\", 2 + 3, \"passes\", min: 1);",
            "Option(help: \"how\", name: \"mode\", defaultValue: Mode.Slow);",
            "Option(\"shuffle\", true);",
            "Option(\"rate\", 1.0 / Args.Length, max: 2);",
            "Option(\"loss\", \"huber\", \"what\", new[] { \"huber\", \"squared\" });");
        var run = ScriptFolder.Host("x.csx", "--help");
        var expected = """
            What it shows.
              y = f(x)

            Usage: dotnet run -- x.csx [options] [-- arguments]

            Options of this script:
              --epochs N            passes (whole number; 1 or more; default 5)
              --mode Fast|Slow      how (default Slow)
              --[no-]shuffle        (default true)
              --rate X              (number; 2 or less; default 1.0 / Args.Length)
              --loss huber|squared  what (default huber)

            Options of every script:
            """.Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(expected, run.Output, StringComparison.Ordinal);
        Assert.Contains("--data-dir FOLDER", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_works_for_a_script_that_does_not_compile()
    {
        var run = folder.Run("/* What it\n * shows. */\nOption(\"epochs\", 5);\nFoo();", "-h");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("What it\nshows.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("--epochs N", run.Output, StringComparison.Ordinal);
    }
}
