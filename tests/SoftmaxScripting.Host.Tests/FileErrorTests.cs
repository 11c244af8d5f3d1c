using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class FileErrorTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public FileErrorTests()
    {
        folder.Write("experiments/softlabel.csx", "Console.WriteLine(1);");
        folder.Write("experiments/t.csx", "Console.WriteLine(2);");
        folder.Write("experiments/empty.csx", " ");
        folder.Write("experiments/other.py", "print(1)");
        Directory.CreateDirectory("nothing");
        File.WriteAllBytes("experiments/binary.csx", [1, 0, 2]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("experiments/softlabl.csx", "there is no file experiments/softlabl.csx (did you mean experiments/softlabel.csx?).")]
    [InlineData("experiment/softlabel.csx", "there is no file experiment/softlabel.csx (did you mean experiments/softlabel.csx?).")]
    [InlineData("softlabel.csx", "there is no file softlabel.csx (did you mean experiments/softlabel.csx?).")]
    [InlineData("softlabel", "'softlabel' is neither a script nor a command (did you mean experiments/softlabel.csx?).")]
    [InlineData("experiments/softlabel", "there is no file experiments/softlabel (did you mean experiments/softlabel.csx?).")]
    [InlineData("experiments/zz.csx", "there is no file experiments/zz.csx.")]
    [InlineData("rnu", "'rnu' is neither a script nor a command (did you mean run?).")]
    [InlineData("unheard-of", "'unheard-of' is neither a script nor a command.")]
    [InlineData("experiments/other.py", "experiments/other.py is not a C# script: scripts end in .csx.")]
    [InlineData("experiments/empty.csx", "experiments/empty.csx is empty: there is nothing to run.")]
    [InlineData("experiments/binary.csx", "experiments/binary.csx is not a text file.")]
    [InlineData("nothing", "nothing is a folder; name one of its scripts, but it holds no .csx file.")]
    [InlineData("--quick", "--quick is not an option of the host. Options of a script follow its file, as in dotnet run -- FILE.csx --quick.")]
    public void Each_has_one_clear_sentence(string given, string expected)
    {
        var run = ScriptFolder.Host(given);
        Assert.Equal((2, "", "error: " + expected), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Folder_names_a_script_of_it()
    {
        var run = ScriptFolder.Host("experiments");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches("^error: experiments is a folder; name one of its scripts, for instance experiments.[a-z]+\\.csx\\.$", run.Error);
    }

    [Fact]
    public void No_words_show_the_help_as_wrong_usage()
    {
        var none = ScriptFolder.Host();
        var help = ScriptFolder.Host("--help");
        Assert.Equal((2, 0), (none.ExitCode, help.ExitCode));
        Assert.Equal(help.Output, none.Output);
        Assert.Contains("run FILE [options]", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_the_host_s_own() =>
        Assert.Matches(@"^\d+\.\d+\.\d+", ScriptFolder.Host("--version").Output);
}
