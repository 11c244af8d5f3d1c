using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Checking;

/// <summary>The options that select checks, for the command that people type and for the one it starts.</summary>
internal sealed class CheckOptions
{
    private readonly Option<ulong?> seed = new("--seed")
    {
        Description = "the seed of every check, in place of the script's",
        HelpName = "N",
    };

    private readonly Option<int?> cases = new("--cases")
    {
        Description = "how many cases every check tries, in place of the script's number",
        HelpName = "N",
    };

    private readonly Option<string> filter = new("--filter")
    {
        Description = "only checks whose name contains this text, in any letter case",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string?> dataFolder = new("--data-dir")
    {
        Description = "the folder data sets are looked for and kept in",
        HelpName = "FOLDER",
    };

    private readonly Option<int?> threads = new("--threads")
    {
        Description = "how many threads each process computes with; the results do not depend on it",
        HelpName = "N",
    };

    private readonly Option<bool> strict = new("--strict")
    {
        Description = "stops at the operation that makes NaN or an infinity of finite numbers",
    };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        cases.Validators.Add(AtLeastOne);
        threads.Validators.Add(AtLeastOne);
        foreach (var option in new Option[] { seed, cases, filter, dataFolder, threads, strict })
            command.Options.Add(option);
    }

    /// <summary>Refuses a number below 1.</summary>
    /// <param name="result">What was typed.</param>
    public static void AtLeastOne(OptionResult result)
    {
        // What is no number at all is refused elsewhere.
        if (result.Tokens is [var token, ..]
            && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number < 1)
        {
            result.AddError($"{result.Option.Name} is {number}; it must be at least 1.");
        }
    }

    /// <summary>The selection as it was typed.</summary>
    /// <param name="parsed">The command line.</param>
    public CheckSelection Selection(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(seed),
        Cases = parsed.GetValue(cases),
        Filter = parsed.GetValue(filter) ?? "",
    };

    /// <summary>The options that every script has, as words of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usualThreads">The number of threads where none was given; null leaves it open.</param>
    public IReadOnlyList<string> ScriptWords(ParseResult parsed, int? usualThreads = null)
    {
        var words = new List<string>();
        if (parsed.GetValue(dataFolder) is { } folder)
            words.Add($"--data-dir={folder}");
        if ((parsed.GetValue(threads) ?? usualThreads) is { } count)
            words.Add(FormattableString.Invariant($"--threads={count}"));
        if (parsed.GetValue(strict))
            words.Add("--strict");
        return words;
    }

    /// <summary>The selection as words of a command line.</summary>
    /// <param name="selection">The selection.</param>
    public static IEnumerable<string> Words(CheckSelection selection)
    {
        if (selection.Seed is { } seed)
            yield return FormattableString.Invariant($"--seed={seed}");
        if (selection.Cases is { } cases)
            yield return FormattableString.Invariant($"--cases={cases}");
        if (selection.Filter.Length > 0)
            yield return $"--filter={selection.Filter}";
    }
}
