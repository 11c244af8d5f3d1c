using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Wrong command lines: exit code 2, one sentence, and nothing is run.</summary>
public sealed class WrongCommandLineTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public WrongCommandLineTests()
    {
        folder.Write("x.csx", "Print(\"started\"); Option(\"epochs\", 1, min: 1, max: 9); Option(\"rate\", 0.1); Option(\"quick\", false);");
        folder.Write("trainall.csx", "Print(1);");
        folder.Write("notes.txt", "no script");
        Directory.CreateDirectory("folder.d");
    }

    public void Dispose() => folder.Dispose();

    [Theory]

    // What to run.
    [InlineData("gone.csx", "there is no file gone.csx.")]
    [InlineData("train-all.csx", "there is no file train-all.csx (did you mean trainall.csx?).")]
    [InlineData("notes.txt", "notes.txt is not a C# script: scripts end in .csx.")]
    [InlineData("folder.d", "folder.d is a folder; name one of its scripts, but it holds no .csx file.")]
    [InlineData("chekc x.csx", "'chekc' is neither a script nor a command (did you mean check?).")]
    [InlineData("wacth x.csx", "'wacth' is neither a script nor a command (did you mean watch?).")]
    [InlineData("--verbose", "--verbose is not an option of the host.")]
    [InlineData("run", "run needs FILE.")]
    [InlineData("run --quick", "run has no option --quick.")]

    // Options of the script.
    [InlineData("x.csx --epocs 3", "x.csx has no option --epocs (did you mean --epochs?).")]
    [InlineData("x.csx --epochs three", "--epochs: 'three' is not a whole number")]
    [InlineData("x.csx --epochs 10", "--epochs: 10 is out of range; it must be from 1 to 9")]
    [InlineData("x.csx --epochs", "--epochs needs a value: a whole number (from 1 to 9)")]
    [InlineData("x.csx --rate 0,1", "--rate: '0,1' is not a number")]
    [InlineData("x.csx --quick perhaps", "--quick: 'perhaps' is neither true nor false")]
    [InlineData("x.csx --threads many", "--threads: 'many' is not a whole number")]
    [InlineData("x.csx --data-dir notes.txt", "--data-dir: 'notes.txt' is not a folder")]
    [InlineData("x.csx stray", "'stray' belongs to no option.")]
    [InlineData("x.csx -q", "'-q' is not an option: options start with two dashes")]

    // Commands and their options.
    [InlineData("check", "check needs FILE|FOLDER.")]
    [InlineData("check gone.csx", "there is no file gone.csx.")]
    [InlineData("check folder.d", "folder.d holds no .csx file.")]
    [InlineData("check x.csx --sead 1", "check has no option --sead (did you mean --seed?).")]
    [InlineData("check x.csx --seed -1", "--seed: '-1' is not a whole number of 0 or more.")]
    [InlineData("check x.csx --seed 1 --seed 2", "--seed is given 2 times; once is enough.")]
    [InlineData("check x.csx --cases 0", "--cases is 0; it must be at least 1.")]
    [InlineData("check x.csx --jobs", "--jobs needs a value: N.")]
    [InlineData("explain", "explain needs FILE.")]
    [InlineData("explain x.csx more", "'more' is one argument too many for explain.")]
    [InlineData("new", "new needs NAME.")]
    [InlineData("new a --template", "--template needs a value: ")]
    [InlineData("new a --templat regression", "new has no option --templat (did you mean --template?).")]
    [InlineData("data", "data needs one of list, fetch, verify, where.")]
    [InlineData("data fech mnist", "data has no command 'fech' (did you mean fetch?); it has list, fetch, verify, where.")]
    [InlineData("data fetch", "data fetch needs NAME.")]
    [InlineData("data verify minst", "No data set is called 'minst' (did you mean mnist?).")]
    [InlineData("cache", "cache needs one of where, size, clear.")]
    [InlineData("cache delete", "cache has no command 'delete'; it has where, size, clear.")]
    [InlineData("completion", "completion needs SHELL.")]
    [InlineData("completion csh", "There is no completion for 'csh' (did you mean zsh?); there is for bash, zsh, fish, pwsh.")]
    [InlineData("watch gone.csx", "there is no file gone.csx.")]
    [InlineData("watch x.csx stray", "'stray' belongs to no option.")]
    [InlineData("repl gone.csx", "there is no file gone.csx.")]
    [InlineData("repl --threads 0", "--threads is 0; it must be at least 1.")]
    [InlineData("doctor --mend", "doctor has no option --mend.")]
    [InlineData("init here", "'here' is one argument too many for init.")]
    public void Each_has_its_sentence(string words, string expected)
    {
        var run = ScriptFolder.Host(words.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: " + expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_standard_input_is_no_script()
    {
        var run = ScriptFolder.HostWithInput("", "-");
        Assert.Equal((2, "error: stdin is empty: there is nothing to run."), (run.ExitCode, run.Error));
    }
}
