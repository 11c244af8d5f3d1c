using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace SoftmaxScripting.Toolkit;

/// <summary>How a CSV file is to be read; what is null is found out from the file.</summary>
internal sealed record CsvOptions
{
    public bool HasHeader { get; init; } = true;

    public char? Delimiter { get; init; }

    public IReadOnlyList<string> MissingWords { get; init; } = DefaultMissingWords;

    public IReadOnlyDictionary<string, ColumnKind>? Kinds { get; init; }

    public IReadOnlyList<string>? Names { get; init; }

    public Encoding? Encoding { get; init; }

    public static IReadOnlyList<string> DefaultMissingWords { get; } = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"];
}

/// <summary>Reads CSV (RFC 4180: quotes, doubled quotes, line ends within quotes), plain or packed by gzip, into a table.</summary>
internal static class CsvFile
{
    private const int MostNumbersShown = 4;

    /// <summary>Reads a file.</summary>
    public static DataFrame Read(string path, CsvOptions options)
    {
        var name = Path.GetFileName(path);
        try
        {
            return Parse(name, Decode(name, Content(path, name), options.Encoding), options);
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{name}: its gzip data is damaged ({error.Message.TrimEnd('.')}). The file is {path}.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{name}: there is no file {path} (looked for from {Environment.CurrentDirectory}).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{name}: {path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads CSV text.</summary>
    public static DataFrame Parse(string name, string text, CsvOptions options)
    {
        CsvMalformedRecord? malformed = null;
        using var reader = CsvReader.FromText(text, new CsvReaderOptions
        {
            HasHeader = false,
            Separator = options.Delimiter,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = record => malformed = record,
        });
        var records = Records(name, reader, () => malformed);
        if (!records.MoveNext())
            throw new DataException($"{name}: the file is empty; expected {(options.HasHeader ? "a header line and rows" : "rows")}.");

        var names = Names(name, records.Current.Cells, options);
        List<int> lines = [];
        var cells = Array.ConvertAll(names, _ => new List<string?>());
        var missing = options.MissingWords.ToHashSet(StringComparer.Ordinal);
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (var more = !options.HasHeader || records.MoveNext(); more; more = records.MoveNext())
        {
            var (line, record) = records.Current;
            if (record.Length != names.Length)
                throw Ragged(name, line, record, names, (char)reader.Separator, options);
            lines.Add(line);
            for (var c = 0; c < record.Length; c++)
                cells[c].Add(missing.Contains(record[c]) ? null : Shared(record[c]));
        }

        if (lines.Count == 0)
            throw new DataException($"{name}: there is a header and no row below it.");
        int[] begins = [.. lines];
        return new DataFrame(name, [.. names.Select((column, c) => ColumnOf(name, column, [.. cells[c]], begins, options))], begins);

        // Categories repeat: one string object for each word.
        string Shared(string word)
        {
            if (words.TryGetValue(word, out var known))
                return known;
            words.Add(word);
            return word;
        }
    }

    /// <summary>The records with the line each begins at.</summary>
    private static IEnumerator<(int Line, string[] Cells)> Records(string name, CsvReader reader, Func<CsvMalformedRecord?> malformed)
    {
        while (reader.Read())
        {
            var line = (int)reader.LineNumber;
            if (malformed() is { Reason: CsvMalformedReason.UnterminatedQuote } bad)
                throw new DataException(
                    $"{name}, line {bad.LineNumber}: a quote is opened and never closed; a quote within a quoted cell is written twice (\"\").");
            if (malformed() is { Reason: CsvMalformedReason.TextAfterClosingQuote } text)
                throw new DataException(
                    $"{name}, line {text.LineNumber}: something follows a closing quote; a quote within a quoted cell is written twice (\"\").");
            yield return (line, reader.Current.ToArray());
        }
    }

    private static string[] Names(string name, string[] first, CsvOptions options)
    {
        string[] names = options.HasHeader
            ? first
            : options.Names is null ? [.. first.Select((_, c) => $"column {c + 1}")] : [.. options.Names];
        if (!options.HasHeader && names.Length != first.Length)
            throw new DataException($"{name}, line 1: {first.Length} cells, and {names.Length} names are given for them.");
        if (options.HasHeader && options.Names is not null)
            throw new DataException($"{name}: names are given, and the first line is to be the header; pass header: false with names.");
        if (options.HasHeader && Array.TrueForAll(first, cell => ColumnKinds.IsNumber(cell, out _)))
            throw new DataException(
                $"{name}, line 1: the header would be numbers ({string.Join(", ", first.Take(MostNumbersShown))}"
                + $"{(first.Length > MostNumbersShown ? ", …" : "")}); pass header: false if the file has none.");
        for (var c = 0; c < names.Length; c++)
        {
            if (names[c].Length == 0)
                throw new DataException($"{name}, line 1: column {c + 1} has no name in the header.");
            var earlier = Array.IndexOf(names, names[c]);
            if (earlier < c)
                throw new DataException($"{name}, line 1: columns {earlier + 1} and {c + 1} are both called '{names[c]}'; names must differ.");
        }

        foreach (var declared in options.Kinds?.Keys ?? [])
        {
            if (!names.Contains(declared))
                throw new DataException(
                    $"{name} has no column '{declared}'{DidYouMean.Suffix(declared, names)}, for which a kind is given. "
                    + $"It has {string.Join(", ", names.Select(n => $"'{n}'"))}.");
        }

        return names;
    }

    private static Column ColumnOf(string name, string column, string?[] cells, int[] lines, CsvOptions options)
    {
        ColumnKind? declared = options.Kinds is not null && options.Kinds.TryGetValue(column, out var kind) ? kind : null;
        if (declared is null or ColumnKind.Numeric)
        {
            var numbers = new double[cells.Length];
            var bad = -1;
            for (var row = 0; row < cells.Length && bad < 0; row++)
            {
                if (cells[row] is not { } cell)
                    numbers[row] = double.NaN;
                else if (!ColumnKinds.IsNumber(cell, out numbers[row]))
                    bad = row;
            }

            if (bad < 0)
                return Column.Of(column, numbers);
            if (declared is not null)
                throw new DataException(
                    $"{name}, line {lines[bad]}, column '{column}': '{cells[bad]}' is no number, and the column is declared numeric"
                    + (cells[bad]!.Contains(',', StringComparison.Ordinal) ? " (numbers are written with a point)." : "; declare '" + cells[bad] + "' as a missing word, or the column as categorical."));
        }

        return Column.Of(column, cells, declared);
    }

    private static DataException Ragged(string name, int line, string[] record, string[] names, char delimiter, CsvOptions options)
    {
        var what = record.Length < names.Length
            ? $"column '{names[record.Length]}' and what follows have no cell"
            : $"the cell after column '{names[^1]}' is '{record[names.Length]}'";
        var shown = delimiter == '\t' ? "tab" : $"'{delimiter}'";
        return new DataException(
            $"{name}, line {line}: {record.Length} cells where the {(options.HasHeader ? "header" : "first line")} has {names.Length} ({what}). "
            + $"Cells are divided by {shown}; a cell that holds it must stand in quotes.");
    }

    private static byte[] Content(string path, string name)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        Span<byte> first = stackalloc byte[2];
        var got = file.ReadAtLeast(first, 2, throwOnEndOfStream: false);
        file.Position = 0;
        var packed = got == 2 && first[0] == 0x1F && first[1] == 0x8B;
        if (!packed && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw new DataException($"{name}: expected gzip data, which begins 1F 8B; if it is plain CSV, rename it without .gz.");
        using var content = new MemoryStream();
        if (!packed)
        {
            file.CopyTo(content);
            return content.ToArray();
        }

        using (var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true))
            unpacked.CopyTo(content);
        // A cut-off file may look like one that ends: gzip data ends with its unpacked length modulo 2^32 (RFC 1952).
        Span<byte> trailer = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - 4);
        file.ReadExactly(trailer);
        var ending = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return ending == (uint)content.Length
            ? content.ToArray()
            : throw new DataException($"{name}: its gzip data is cut short: {content.Length} bytes came out, its end promises {ending}.");
    }

    private static string Decode(string name, byte[] bytes, Encoding? encoding)
    {
        ReadOnlySpan<byte> span = bytes;
        if (encoding is not null)
            return encoding.GetString(span.StartsWith(encoding.Preamble) ? span[encoding.Preamble.Length..] : span);
        if (span.StartsWith(Encoding.Unicode.Preamble))
            return Encoding.Unicode.GetString(span[2..]);
        if (span.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return Encoding.BigEndianUnicode.GetString(span[2..]);
        if (span.StartsWith(Encoding.UTF8.Preamble))
            span = span[3..];
        var zero = span.IndexOf((byte)0);
        if (zero >= 0)
            throw new DataException(
                $"{name}, line {1 + span[..zero].Count((byte)'\n')}: a zero byte, so this is no text in UTF-8. Is it UTF-16 "
                + "(then pass encoding: System.Text.Encoding.Unicode), or no CSV at all?");
        if (Utf8.IsValid(span))
            return Encoding.UTF8.GetString(span);

        var line = 1;
        foreach (var range in span.Split((byte)'\n'))
        {
            var part = span[range];
            if (!Utf8.IsValid(part))
            {
                var at = 0;
                while (Rune.DecodeFromUtf8(part[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
                    at += used;
                throw new DataException(
                    $"{name}, line {line}, byte {at + 1}: {part[at]:X2} is not UTF-8; for a file in an older Western encoding pass "
                    + "encoding: System.Text.Encoding.Latin1.");
            }

            line++;
        }

        throw new DataException($"{name}: the text is not UTF-8; pass its encoding.");
    }
}
