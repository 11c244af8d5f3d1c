using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A known table: where its file lies in the data folder, how it is read and learned from, and the made-up table with the
/// same columns that stands in where the file is not there.
/// </summary>
internal sealed record TableCatalogueEntry
{
    /// <summary>The name a script asks for.</summary>
    public required string Name { get; init; }

    /// <summary>What the rows are, and who gathered them.</summary>
    public required string Title { get; init; }

    /// <summary>The file in the data folder; the first that is there is read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Reads the file.</summary>
    public required Func<string, DataFrame> Read { get; init; }

    /// <summary>Makes the stand-in up.</summary>
    public required Func<IReadOnlyList<Column>> StandIn { get; init; }

    /// <summary>How a data set is usually made of it.</summary>
    public required Func<DataFrame, TableRecipe> Recipe { get; init; }

    /// <summary>Where the file is; null where it is not there.</summary>
    /// <param name="folder">The data folder.</param>
    public string? FileIn(string folder) => Files.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>The table, from the folder or made up.</summary>
    /// <param name="folder">The data folder.</param>
    public DataFrame Load(string folder)
    {
        if (FileIn(folder) is not { } path)
            return new DataFrame(Name, StandIn())
            {
                Origin = $"Made up by the program, in the form of {Title}; put the real file at {Path.Combine(folder, Files[0])}.",
                Synthetic = true,
            };
        var read = Read(path);
        return read.Called(Name, $"{Title}; read from {Path.GetFileName(path)}.");
    }
}

/// <summary>The tables known by name.</summary>
internal static class TableCatalogue
{
    private const ulong StandInSeed = 20;

    private static readonly string[] s_diabetesColumns =
        ["pregnancies", "glucose", "pressure", "skin", "insulin", "mass", "pedigree", "age", "label"];

    /// <summary>Who survived the sinking of the Titanic.</summary>
    public static TableCatalogueEntry Titanic { get; } = new()
    {
        Name = "titanic",
        Title = "the passengers of the Titanic, 891 rows with missing ages (Harrell and Cason's list)",
        Files = ["titanic/titanic.csv", "tables/titanic-train.csv", "titanic.csv"],
        Read = path => DataFrame.Read(path),
        StandIn = TitanicStandIn,
        Recipe = table => table.PredictClass("Survived")
            .Numeric("Age", "Fare", "SibSp", "Parch").FillMissing().MarkMissing("Age").Standardize()
            .Categorical("Pclass", "Sex"),
    };

    /// <summary>
    /// Measurements of Pima women and whether they came down with diabetes, scaled to about [−1, 1]. The label is 1 for the
    /// larger class.
    /// </summary>
    public static TableCatalogueEntry Diabetes { get; } = new()
    {
        Name = "diabetes",
        Title = "the Pima diabetes data (Smith et al. 1988) scaled to [-1, 1], 759 rows",
        Files = ["diabetes/diabetes.csv.gz", "diabetes/diabetes.csv", "tables/diabetes-pima-scaled.csv.gz", "diabetes.csv.gz", "diabetes.csv"],
        Read = path => DataFrame.Read(path, header: false, names: s_diabetesColumns),
        StandIn = DiabetesStandIn,
        Recipe = table => table.PredictClass("label").Numeric(s_diabetesColumns[..^1]),
    };

    /// <summary>Every entry, in the order of their names.</summary>
    public static IReadOnlyList<TableCatalogueEntry> Entries { get; } = [Diabetes, Titanic];

    /// <summary>The entry of a name in any letter case; null where there is none.</summary>
    public static TableCatalogueEntry? Find(string name) =>
        Entries.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Women and the first class survive oftener: log-odds from sex, class, age and family, then a draw.</summary>
    private static Column[] TitanicStandIn()
    {
        const int rows = 891;
        var draw = new Draws(StandInSeed, rows);
        var (kind, uniform, normal) = (draw.Uniform(), draw.Uniform(), draw.Normal());
        int[] first = [.. kind.Select(u => u < 0.24 ? 1 : u < 0.45 ? 2 : 3)];
        bool[] female = [.. uniform.Select(u => u < 0.35)];
        double[] age = [.. normal.Select(z => Math.Round(Math.Clamp(29.7 + (14.5 * z), 0.5, 80)))];
        int[] siblings = [.. draw.Uniform().Select(u => u < 0.68 ? 0 : u < 0.91 ? 1 : u < 0.95 ? 2 : 3)];
        int[] parents = [.. draw.Uniform().Select(u => u < 0.76 ? 0 : u < 0.89 ? 1 : 2)];
        double[] spread = draw.Normal();
        double[] fare = [.. first.Select((c, i) => Math.Round(Math.Exp((c == 1 ? 4.1 : c == 2 ? 2.9 : 2.4) + (0.5 * spread[i])), 4))];
        double[] unknown = draw.Uniform(), luck = draw.Uniform(), port = draw.Uniform();
        double[] survived = [.. Enumerable.Range(0, rows).Select(i =>
        {
            var odds = (female[i] ? 2.6 : -1.1) + (1.1 * (2.3 - first[i])) - (0.03 * (age[i] - 29.7)) - (0.35 * siblings[i]) - 0.35;
            return luck[i] < 1 / (1 + Math.Exp(-odds)) ? 1.0 : 0.0;
        })];
        return
        [
            Column.Of("PassengerId", Enumerable.Range(1, rows).Select(i => (double)i)),
            Column.Of("Survived", survived),
            Column.Of("Pclass", first.Select(c => (double)c)),
            Column.Of("Name", Enumerable.Range(1, rows).Select(i => $"Passenger, {(female[i - 1] ? "Mrs." : "Mr.")} No. {i}")),
            Column.Of("Sex", female.Select(f => f ? "female" : "male")),
            Column.Of("Age", age.Select((a, i) => unknown[i] < 0.2 ? double.NaN : a)),
            Column.Of("SibSp", siblings.Select(n => (double)n)),
            Column.Of("Parch", parents.Select(n => (double)n)),
            Column.Of("Ticket", Enumerable.Range(1, rows).Select(i => $"T {i}")),
            Column.Of("Fare", fare),
            Column.Of("Cabin", Enumerable.Repeat(default(string), rows)),
            Column.Of("Embarked", port.Select(u => u < 0.72 ? "S" : u < 0.91 ? "C" : "Q")),
        ];
    }

    /// <summary>Eight measurements in [−1, 1]; the odds of the label are linear in them, as far as they go.</summary>
    private static Column[] DiabetesStandIn()
    {
        const int rows = 759;
        double[] centers = [-0.55, 0.21, 0.13, -0.57, -0.73, -0.04, -0.66, -0.63];
        double[] spreads = [0.4, 0.32, 0.32, 0.32, 0.27, 0.23, 0.28, 0.39];
        double[] weights = [-0.9, -3.6, 0.6, 0, 0.5, -2.6, -0.9, -0.5];
        var draw = new Draws(StandInSeed + 1, rows);
        double[][] measured = [.. centers.Select((center, c) =>
            draw.Normal().Select(z => Math.Round(Math.Clamp(center + (spreads[c] * z), -1, 1), 6)).ToArray())];
        var luck = draw.Uniform();
        var label = Enumerable.Range(0, rows).Select(row =>
        {
            var odds = 1.0 + Enumerable.Range(0, centers.Length).Sum(c => weights[c] * (measured[c][row] - centers[c]));
            return luck[row] < 1 / (1 + Math.Exp(-odds)) ? 1.0 : 0.0;
        });
        return [.. measured.Select((cells, c) => Column.Of(s_diabetesColumns[c], cells)), Column.Of("label", label)];
    }

    /// <summary>Columns of random numbers, one after another.</summary>
    private sealed class Draws(ulong seed, int rows)
    {
        private ulong next = RandomUse.StandIn;

        public double[] Uniform()
        {
            var numbers = new double[rows];
            Philox.Uniform(seed, next++, 0, numbers);
            return numbers;
        }

        public double[] Normal()
        {
            var numbers = new double[rows];
            Philox.Normal(seed, next++, 0, numbers);
            return numbers;
        }
    }
}
