using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>What stands in for a missing cell; found from the training rows alone.</summary>
public abstract class Fill
{
    private Fill()
    {
    }

    /// <summary>The mean of a numeric column's known cells.</summary>
    public static Fill Mean { get; } = new Found("the mean", Average, null);

    /// <summary>The median of a numeric column's known cells (the mean of the middle two).</summary>
    public static Fill Median { get; } = new Found("the median", Middle, null);

    /// <summary>The cell that occurs most often; of equally frequent ones the smallest number or first word.</summary>
    public static Fill MostFrequent { get; } = new Found("the most frequent", Commonest, Commonest);

    /// <summary>The median for numbers, the most frequent word for categories.</summary>
    public static Fill Usual { get; } = new Found("the median or the most frequent", Middle, Commonest);

    /// <summary>A number of one's own.</summary>
    /// <param name="number">For every missing cell of a numeric column.</param>
    public static Fill With(double number) => new Found(number.ToString("R", CultureInfo.InvariantCulture), _ => number, null);

    /// <summary>A word of one's own: a category like the others.</summary>
    /// <param name="word">For every missing cell of a categorical column.</param>
    public static Fill With(string word) => new Found($"'{word}'", null, _ => word);

    /// <summary>Whether it can stand in a column of that kind.</summary>
    internal abstract bool Fits(bool categorical);

    internal abstract double NumberFor(DataFrame table, Column column);

    internal abstract string WordFor(DataFrame table, Column column);

    private static double Average(double[] known) => known.Average();

    private static double Middle(double[] known)
    {
        Array.Sort(known);
        var half = known.Length / 2;
        return known.Length % 2 == 1 ? known[half] : (known[half - 1] + known[half]) / 2;
    }

    private static double Commonest(double[] known) =>
        known.GroupBy(number => number).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;

    private static string Commonest(string[] known) => known
        .GroupBy(word => word, StringComparer.Ordinal)
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;

    private sealed class Found(string what, Func<double[], double>? number, Func<string[], string>? word) : Fill
    {
        public override string ToString() => what;

        internal override bool Fits(bool categorical) => categorical ? word is not null : number is not null;

        internal override double NumberFor(DataFrame table, Column column)
        {
            double[] known = [.. column.Numbers.Where(x => !double.IsNaN(x))];
            if (number is null)
                throw new DataException($"Column '{column.Name}' is numeric; {what} cannot stand in for its missing cells.");
            return known.Length > 0 ? number(known) : throw NothingKnown(table, column);
        }

        internal override string WordFor(DataFrame table, Column column)
        {
            string[] known = [.. column.Words.OfType<string>()];
            if (word is null)
                throw new DataException($"Column '{column.Name}' is categorical; {what} cannot stand in for its missing cells.");
            return known.Length > 0 ? word(known) : throw NothingKnown(table, column);
        }

        private static DataException NothingKnown(DataFrame table, Column column) =>
            new($"{table.Name}: every cell of '{column.Name}' is missing in the training rows, so nothing can stand in for them; leave the column out.");
    }
}
