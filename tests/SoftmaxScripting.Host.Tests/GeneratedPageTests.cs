using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Pages that are made from tables say what the tables say; UPDATE_DOCS=1 writes them.</summary>
public class GeneratedPageTests
{
    private const string Begin = "<!-- names -->\n";
    private const string End = "<!-- end of names -->";

    [Fact]
    public void The_names_of_PyTorch_are_up_to_date()
    {
        var names = string.Join('\n',
            ["", "| PyTorch | here | how it is written |", "| --- | --- | --- |",
             .. PyTorchNames.All.Select(Row),
             "", "| argument in PyTorch | here |", "| --- | --- |",
             .. PyTorchNames.Arguments.Select(name => $"| `{name.Theirs}` | `{name.Ours}` |"), "", ""]);
        IsUpToDate("for-pytorch-users.md", page =>
            page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + names + page[page.IndexOf(End, StringComparison.Ordinal)..]);
    }

    [Fact]
    public void The_page_of_options_is_up_to_date() => IsUpToDate("options.md", _ => string.Join('\n',
        ["# Options and settings",
         "",
         "Generated from the options' own descriptions; a test fails when this page is stale.",
         "",
         "## Options of every script",
         "",
         "They stand after the script, beside those that it declares itself: `dotnet run -- first.csx --epochs 5 --threads 2`.",
         "",
         "| option | what it does |",
         "| --- | --- |",
         .. CommonOptions.Listing.Select(option => $"| `{option.Usage}` | {option.Help} |"),
         "",
         "## Settings of the environment",
         "",
         "| variable | what it sets |",
         "| --- | --- |",
         .. EnvironmentSettings.All.Select(setting => $"| `{setting.Variable}` | {setting.Help} |"),
         "",
         "An option counts more than a setting.",
         ""]));

    [Fact]
    public void Every_setting_that_the_code_reads_is_listed()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Contains("obj"));
        var read = sources.SelectMany(path => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(path), "\"(SOFTMAX_[A-Z_]+)\""))
            .Select(match => match.Groups[1].Value).ToHashSet();
        read.ExceptWith(EnvironmentSettings.Internal);
        Assert.Equal(read.Order(), EnvironmentSettings.All.Select(setting => setting.Variable).Order());
    }

    private static string Row(PyTorchName name) =>
        $"| `{name.Theirs}` | `{name.Ours}` | {name.Note.Replace("|", "\\|", StringComparison.Ordinal)} |";

    private static void IsUpToDate(string name, Func<string, string> of)
    {
        var file = Path.Combine(Checkout.Root, "docs", name);
        var before = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        var text = of(before);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(file, text);
        else
            Assert.Equal(text, before);
    }
}
