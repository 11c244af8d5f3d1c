using FsCheck;
using FsCheck.Fluent;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The sizes that the arguments of one property share: rows along the first axis, columns (classes) along the last.
/// </summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many columns.</param>
internal readonly record struct Sizes(int Rows, int Columns)
{
    private const int MostRows = 6;
    private const int MostColumns = 7;

    /// <summary>1 to 6 rows and 1 to 7 columns, fewer in early cases; sizes that are given stay.</summary>
    /// <param name="rows">The number of rows, or null.</param>
    /// <param name="columns">The number of columns, or null.</param>
    public static Gen<Sizes> Generator(int? rows, int? columns) => Gen.Sized(size =>
        from r in Gen.Choose(1, Limit(size, MostRows))
        from c in Gen.Choose(1, Limit(size, MostColumns))
        select new Sizes(rows ?? r, columns ?? c));

    // A third of the way through the cases every size is possible.
    private static int Limit(int size, int most) => Math.Clamp(2 + size / 6, 2, most);
}
