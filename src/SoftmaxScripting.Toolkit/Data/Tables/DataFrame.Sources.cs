using System.Globalization;
using System.Reflection;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <content>Where tables come from: files, text, records, and by name.</content>
public sealed partial class DataFrame
{
    /// <summary>
    /// Reads a CSV file (RFC 4180), plain or packed by gzip. Cells are trimmed; a column is numeric when all its cells are
    /// numbers, categorical when its words repeat (at most 100 of them, each twice on average), else text.
    /// </summary>
    /// <param name="path">The file; a relative path counts from the current directory.</param>
    /// <param name="header">Whether the first line names the columns; if not, they are <c>column 1</c>, <c>column 2</c>, ….</param>
    /// <param name="delimiter">What divides the cells; null finds out which of comma, semicolon, tab and bar it is.</param>
    /// <param name="missing">The cells that mean nothing is known; null for the usual ones (nothing, NA, N/A, NaN, null, None, ?).</param>
    /// <param name="kinds">Kinds by column, where they are to be other than they look.</param>
    /// <param name="names">Names of the columns of a file without header.</param>
    /// <param name="encoding">The encoding; null for UTF-8, or UTF-16 with its mark.</param>
    /// <exception cref="DataException">
    /// The file is missing, empty, damaged or in another encoding, a row is ragged, two columns have one name, or a cell of a
    /// column declared numeric is no number; the message names file, line and column.
    /// </exception>
    public static DataFrame Read(
        string path,
        bool header = true,
        char? delimiter = null,
        IReadOnlyList<string>? missing = null,
        IReadOnlyDictionary<string, ColumnKind>? kinds = null,
        IReadOnlyList<string>? names = null,
        Encoding? encoding = null) =>
        CsvFile.Read(path, Options(header, delimiter, missing, kinds, names) with { Encoding = encoding });

    /// <summary>Reads CSV from text, as <see cref="Read"/> does from a file.</summary>
    /// <param name="text">The CSV.</param>
    /// <param name="header">Whether the first line names the columns.</param>
    /// <param name="delimiter">What divides the cells; null finds out.</param>
    /// <param name="missing">The cells that mean nothing is known; null for the usual ones.</param>
    /// <param name="kinds">Kinds by column, where they are to be other than they look.</param>
    /// <param name="names">Names of the columns of a text without header.</param>
    /// <param name="name">What the table is called in messages.</param>
    /// <exception cref="DataException">As for <see cref="Read"/>.</exception>
    public static DataFrame Parse(
        string text,
        bool header = true,
        char? delimiter = null,
        IReadOnlyList<string>? missing = null,
        IReadOnlyDictionary<string, ColumnKind>? kinds = null,
        IReadOnlyList<string>? names = null,
        string name = "text") =>
        CsvFile.Parse(name, text, Options(header, delimiter, missing, kinds, names));

    /// <summary>
    /// A table of objects: a column for each public property (of a record, an anonymous type, a class) that is a number, a
    /// text, a truth value (<c>true</c>, <c>false</c>) or an enum; null is a missing cell.
    /// </summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="records">The rows.</param>
    /// <param name="name">What the table is called in messages.</param>
    /// <exception cref="DataException">There is no such property.</exception>
    /// <example><code>DataFrame.FromRecords([new { sex = "female", age = 29.0 }])</code></example>
    public static DataFrame FromRecords<T>(IEnumerable<T> records, string name = "records")
        where T : notnull
    {
        T[] rows = [.. records];
        List<Column> columns = [];
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (property.GetIndexParameters().Length > 0)
                continue;
            if (type == typeof(string) || type == typeof(bool) || type.IsEnum)
                columns.Add(Column.Of(property.Name, rows.Select(row => Word(property.GetValue(row))), type == typeof(string) ? null : ColumnKind.Categorical));
            else if (type.IsPrimitive && type != typeof(char) || type == typeof(decimal))
                columns.Add(Column.Of(property.Name, rows.Select(row => Number(property.GetValue(row)))));
        }

        return columns.Count > 0
            ? new DataFrame(name, columns)
            : throw new DataException($"{name}: {typeof(T).Name} has no public property that is a number, a text, a truth value or an enum.");

        static string? Word(object? value) => value switch
        {
            null => null,
            bool truth => truth ? "true" : "false",
            _ => value.ToString(),
        };

        static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture);
    }

    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TableCatalogue.Entries.Select(entry => entry.Name)];

    /// <summary>
    /// A known table: <c>titanic</c> (PassengerId, Survived, Pclass, Name, Sex, Age, SibSp, Parch, Ticket, Fare, Cabin,
    /// Embarked) or <c>diabetes</c> (eight measurements and a label), from the data folder; where its file is not there, a
    /// made-up table with the same columns, which says that it is synthetic.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DataException">The name is unknown, or the file is broken.</exception>
    public static DataFrame Load(string name) => TableCatalogue.Find(name) is { } entry
        ? entry.Load(DataFolder.Current.Path)
        : throw new DataException($"No table is called '{name}'{DidYouMean.Suffix(name, Names)}. Known are {string.Join(", ", Names)}.");

    private static CsvOptions Options(
        bool header,
        char? delimiter,
        IReadOnlyList<string>? missing,
        IReadOnlyDictionary<string, ColumnKind>? kinds,
        IReadOnlyList<string>? names) => new()
        {
            HasHeader = header,
            Delimiter = delimiter,
            MissingWords = missing ?? CsvOptions.DefaultMissingWords,
            Kinds = kinds,
            Names = names,
        };
}
