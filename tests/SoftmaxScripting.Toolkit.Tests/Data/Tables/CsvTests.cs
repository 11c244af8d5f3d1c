using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static DataException Refused(string csv, Func<string, DataFrame>? read = null) =>
        Assert.Throws<DataException>(() => (read ?? (text => DataFrame.Parse(text, name: "t.csv")))(csv));

    [Fact]
    public void Numbers_categories_text_and_missing_cells_are_told_apart()
    {
        var table = DataFrame.Parse(""""
            id,age,sex,name,empty
            1,22,male,"Braund, Mr. Owen",
            2,,female,"Cumings ""Flo""",
            3,-1.5e1,female,,NA
            4,NaN,male,"Heikkinen
            Laina",
            """");

        Assert.Equal(4, table.Count);
        Assert.Equal(
            [ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Categorical, ColumnKind.Text, ColumnKind.Numeric],
            table.Columns.Select(column => column.Kind));
        Assert.Equal([22, double.NaN, -15, double.NaN], table["age"].Numbers);
        Assert.Equal(["Braund, Mr. Owen", "Cumings \"Flo\"", null, "Heikkinen\nLaina"], table["name"].Words);
        Assert.Equal(["female", "male"], table["sex"].Categories);
        Assert.Equal(4, table["empty"].Missing);
        Assert.Contains("age", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 missing", table.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void The_delimiter_is_found_or_given(char delimiter)
    {
        var text = "a,b,c\n1,2,x\n3,4,x\n".Replace(',', delimiter);

        Assert.Equal([3.0, 3], DataFrame.Parse(text)["a"].Numbers.Select(x => x + (x == 1 ? 2 : 0)));
        Assert.Equal(3, DataFrame.Parse(text, delimiter: delimiter).Columns.Count);
    }

    [Fact]
    public void Any_cells_come_back_as_they_were_written()
    {
        const int seed = 11;
        var random = new Random(seed);
        const string letters = "ab ,;\"'\n\r\té漢0-";
        for (var round = 0; round < 200; round++)
        {
            var columns = random.Next(1, 5);
            var cells = Enumerable.Range(0, random.Next(1, 8))
                .Select(_ => Enumerable.Range(0, columns)
                    .Select(_ => "x" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => letters[random.Next(letters.Length)]))).ToArray())
                .ToArray();
            var csv = new StringBuilder().AppendJoin(',', Enumerable.Range(0, columns).Select(c => $"c{c}")).Append('\n');
            foreach (var row in cells)
                csv.AppendJoin(',', row.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append(random.Next(2) == 0 ? "\r\n" : "\n");

            var table = DataFrame.Parse(csv.ToString(), delimiter: ',');

            for (var row = 0; row < cells.Length; row++)
            {
                for (var c = 0; c < columns; c++)
                    Assert.True(cells[row][c] == table.Columns[c].TextAt(row), $"seed {seed}, round {round}:\n{csv}");
            }
        }
    }

    [Fact]
    public void Packed_files_marked_files_and_other_encodings_are_read()
    {
        const string csv = "name;x\né;1\né;2\n";
        var files = new Dictionary<string, byte[]>
        {
            ["plain.csv"] = Encoding.UTF8.GetBytes(csv),
            ["marked.csv"] = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv)],
            ["wide.csv"] = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(csv)],
            ["packed.csv.gz"] = Zip(Encoding.UTF8.GetBytes(csv)),
        };
        foreach (var (name, bytes) in files)
            Assert.Equal(["é", "é"], DataFrame.Read(folder.Write(name, bytes))["name"].Words);
        var latin = folder.Write("latin.csv", Encoding.Latin1.GetBytes(csv));
        Assert.Equal("é", DataFrame.Read(latin, encoding: Encoding.Latin1)["name"].TextAt(0));

        var error = Assert.Throws<DataException>(() => DataFrame.Read(latin));
        Assert.Contains("latin.csv, line 2, byte 1: E9 is not UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Contains("Latin1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_is_what_it_is_declared_to_be()
    {
        const string csv = "code,word\n1,a\n2,b\n";

        var table = DataFrame.Parse(csv, kinds: new Dictionary<string, ColumnKind> { ["code"] = ColumnKind.Categorical, ["word"] = ColumnKind.Text });

        Assert.Equal(["1", "2"], table["code"].Categories);
        Assert.Equal(ColumnKind.Text, table["word"].Kind);
        Assert.Equal([double.NaN, 2], DataFrame.Parse(csv, missing: ["1"])["code"].Numbers);
    }

    [Fact]
    public void A_file_without_header_gets_numbers_or_names()
    {
        Assert.Equal(["column 1", "column 2"], DataFrame.Parse("1,2\n3,4", header: false).Columns.Select(c => c.Name));
        Assert.Equal([1.0, 3], DataFrame.Parse("1,2\n3,4", header: false, names: ["a", "b"])["a"].Numbers);
        Assert.Contains("pass header: false", Refused("1,2\n3,4\n").Message, StringComparison.Ordinal);
        Assert.Contains("2 cells, and 3 names", Refused("1,2", t => DataFrame.Parse(t, header: false, names: ["a", "b", "c"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n4,5\n", "t.csv, line 3: 2 cells where the header has 3 (column 'c'")]
    [InlineData("a,b\n1,2\n\n3,4,5\n", "t.csv, line 4: 3 cells where the header has 2 (the cell after column 'b' is '5')")]
    [InlineData("a,b\n\"x\ny\",2\n1\n", "t.csv, line 4: 1 cells")]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("a,b\n", "a header and no row")]
    [InlineData("a,b,a\n1,2,3\n", "columns 1 and 3 are both called 'a'")]
    [InlineData("a,,c\n1,2,3\n", "column 2 has no name")]
    [InlineData("a,b\n1,2\n\"x,3\n4,5\n", "line 3: a quote is opened and never closed")]
    [InlineData("a,b\n1,\"x\"y\n", "line 2: something follows a closing quote")]
    public void What_is_wrong_is_named_with_its_line(string csv, string part) =>
        Assert.Contains(part, Refused(csv, text => DataFrame.Parse(text, delimiter: ',', name: "t.csv")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_bad_number_in_a_declared_column_is_named()
    {
        var error = Refused("a,b\n1,2\n3,1.2.3\n", text => DataFrame.Parse(
            text, kinds: new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Numeric }, name: "t.csv"));

        Assert.Contains("t.csv, line 3, column 'b': '1.2.3' is no number", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "has no column 'heigth'",
            Refused("height\nx\n", text => DataFrame.Parse(text, kinds: new Dictionary<string, ColumnKind> { ["heigth"] = ColumnKind.Text })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_missing_damaged_or_no_text_are_named()
    {
        var zipped = Zip(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i},{i * 7919 % 1000}\n"))));
        var cases = new (string Name, byte[]? Content, string Part)[]
        {
            ("gone.csv", null, "there is no file"),
            ("text.csv.gz", "a,b\n1,2\n"u8.ToArray(), "expected gzip data"),
            ("cut.csv.gz", zipped[..(zipped.Length / 2)], "cut.csv.gz: its gzip data is"),
            ("torn.csv.gz", [.. zipped[..40], 0xFF, 0xFF, 0xFF, 0xFF, .. zipped[44..]], "torn.csv.gz: its gzip data is"),
            ("wide.csv", Encoding.Unicode.GetBytes("a,b\n1,2\n"), "a zero byte"),
        };
        foreach (var (name, content, part) in cases)
        {
            if (content is not null)
                folder.Write(name, content);
            var error = Assert.Throws<DataException>(() => DataFrame.Read(folder.File(name)));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Records_become_columns()
    {
        var table = DataFrame.FromRecords(new[]
        {
            new { Name = (string?)"a", Age = (double?)1.5, Count = 3, Sold = true, Day = DayOfWeek.Friday, Ignored = new object() },
            new { Name = (string?)null, Age = (double?)null, Count = 4, Sold = false, Day = DayOfWeek.Monday, Ignored = new object() },
        });

        Assert.Equal(["Name", "Age", "Count", "Sold", "Day"], table.Columns.Select(column => column.Name));
        Assert.Equal([1.5, double.NaN], table["Age"].Numbers);
        Assert.Equal(["true", "false"], table["Sold"].Words);
        Assert.Equal(1, table["Name"].Missing);
        Assert.Throws<DataException>(() => DataFrame.FromRecords([new { X = new object() }]));
    }

    [Fact]
    public void Tables_are_cut_filtered_and_widened()
    {
        var table = DataFrame.Parse("a,b\n1,x\n2,y\n3,x\n");

        Assert.Equal([3.0, 1], table.Select([2, 0])["a"].Numbers);
        Assert.Equal([2.0], table.Where(row => row.Text("b") == "y")["a"].Numbers);
        Assert.Equal([2.0, 4, 6], table.With("twice", row => 2 * row.Number("a"))["twice"].Numbers);
        Assert.Equal(["b"], table.Without("a").Columns.Select(column => column.Name));
        Assert.Contains("did you mean a?", Assert.Throws<DataException>(() => DataFrame.Parse("age,a\n1,2")["aa"]).Message.Replace("age", "a", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("row 3 is asked for", Assert.Throws<DataException>(() => table.Select([3])).Message, StringComparison.Ordinal);
    }

    private static byte[] Zip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    [Fact]
    public void Numbers_are_read_in_the_same_way_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            Assert.Equal([1.5], DataFrame.Parse("a;b\n1.5;1,5\n", delimiter: ';')["a"].Numbers);
            Assert.NotEqual(ColumnKind.Numeric, DataFrame.Parse("a;b\n1.5;1,5\n", delimiter: ';')["b"].Kind);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
