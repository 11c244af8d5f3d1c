// Writes the table of the experiments from the comments that they open with: experiments/README.md.
//
// Question  Which experiments are there, what does each ask, and what does one see?
// Method    The first line of each script's comment and the paragraphs Question and Expect, in the order of the names.
// Expect    A page that a test compares with the scripts; after a change of a comment, run this again.

using System.Text.RegularExpressions;

var folder = Option("folder", "experiments", "where the experiments are");
var page = Option("page", "experiments/README.md", "the page that is written");

string Paragraph(string file, string[] comment, string name)
{
    var lines = comment.SkipWhile(line => !line.StartsWith(name + "  ", StringComparison.Ordinal)).ToArray();
    if (lines.Length == 0)
        throw new InvalidOperationException($"{file}: the comment it opens with has no paragraph {name}.");
    var text = lines.Skip(1).TakeWhile(line => line.StartsWith("   ", StringComparison.Ordinal)).Prepend(lines[0][name.Length..]);
    return string.Join(' ', text.Select(line => line.Trim())).Replace("|", "\\|").Replace("*", "\\*");
}

var rows = Directory.GetFiles(folder, "*.csx").Order(StringComparer.Ordinal).Select(file =>
{
    var name = Path.GetFileName(file);
    string[] comment = [.. File.ReadLines(file).TakeWhile(line => line.StartsWith("//")).Select(line => Regex.Replace(line, "^// ?", ""))];
    _ = Paragraph(name, comment, "Method");
    return $"| [`{name}`]({name}) | {Paragraph(name, comment, "Question")} | {Paragraph(name, comment, "Expect")} |";
}).ToList();

File.WriteAllText(page, $"""
    # Experiments

    Each is one script, run by `dotnet run -- experiments/NAME.csx`; `--help` shows its options. None needs a file or a
    network: `garments`, drawn by the program, stands in for Fashion-MNIST, and tables made up stand in for real ones. The
    figures of real data come with `--data fashion-mnist` or `--data mnist` (`dotnet run -- data fetch fashion-mnist` gets them), and those of the
    tables where their files are in the data folder. Each run leaves a report with its pictures beside its record.

    The table is written from the scripts' own comments by `dotnet run -- scripts/experiments-page.csx`; a test fails when it is stale.

    | experiment | question | what one sees |
    | --- | --- | --- |
    {string.Join("\n", rows)}

    `programs/` holds the same linear regression as a program of its own: in C#, in F#, and as a single file.

    """.Replace("\r\n", "\n"));
Print($"{rows.Count} experiments written to {page}");
