using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The experiments on tables reach their figures on the real files, and a large set is read in little memory.</summary>
public sealed class DataExperimentTests : IDisposable
{
    private readonly string before = Environment.CurrentDirectory;

    public DataExperimentTests() => Environment.CurrentDirectory = Checkout.Root;

    public void Dispose() => Environment.CurrentDirectory = before;

    private static double[] Numbers(string line) =>
        [.. Regex.Matches(line, @"(?<![\w.])\d+\.\d{4}\b").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];

    private static string Line(Outcome run, string start)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    [RealData("tables/titanic-train.csv")]
    public void Titanic_is_told_with_an_accuracy_of_0_78_at_least()
    {
        var run = ScriptFolder.Host("experiments/titanic.csx");

        Assert.Contains("The passengers are the real ones.", run.Output, StringComparison.Ordinal);
        Assert.InRange(Numbers(Line(run, "  accuracy"))[0], 0.78, 0.9);
        var (mean, spread) = (Numbers(Line(run, "accuracy 0"))[0], Numbers(Line(run, "accuracy 0"))[1]);
        Assert.InRange(mean, 0.78, 0.86);
        Assert.InRange(spread, 0.001, 0.06);
    }

    [RealData("tables/diabetes-pima-scaled.csv.gz")]
    public void The_diabetes_recipe_learns_nothing_and_other_settings_reach_0_77()
    {
        var run = ScriptFolder.Host("experiments/diabetes.csx");

        // Loss, accuracy, area: the recipe ends at the larger class, 496 of 759.
        var recipe = Numbers(Line(run, "8-6-4-1 sigmoid, all rows"));
        Assert.Equal(0.646, recipe[0], 0.002);
        Assert.Equal(496.0 / 759, recipe[1], 1e-4);
        Assert.Equal(496.0 / 759, Numbers(Line(run, "8-6-4-1 sigmoid, by 32"))[1], 1e-4);
        Assert.True(Numbers(Line(run, "logistic regression"))[2 - 1] >= 0.77);
        Assert.InRange(Numbers(Line(run, "accuracy 0"))[0], 0.74, 0.80);
    }

    /// <summary>240 MB of rows in a heap of 112 MB: they cannot all have been there at once.</summary>
    [Fact]
    public async Task A_set_larger_than_the_heap_is_trained_on()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["exec", typeof(HostApplication).Assembly.Location, "scripts/larger-than-memory.csx", "--megabytes", "240", "--buffer", "16", "--limit", "500"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Root,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x7000000";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Contains("peak memory of the process", await output, StringComparison.Ordinal);
    }
}

/// <summary>What is wrong with data ends a script with one clear message at its own line.</summary>
public sealed class DataErrorTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Reports(string script, params string[] parts)
    {
        var run = folder.Run(script);
        Assert.Equal(70, run.ExitCode);
        foreach (var part in parts)
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Length, 2, 12);
    }

    [Fact]
    public void A_ragged_row()
    {
        folder.Write("t.csv", "a,b,c", "1,2,3", "4,5");
        Reports("var x = 1;\nvar t = DataFrame.Read(\"t.csv\");", "t.csv, line 3: 2 cells where the header has 3", "x.csx(2): at top level");
    }

    [Fact]
    public void An_unknown_category_at_prediction_time()
    {
        folder.Write("t.csv", "sex,y", "male,0", "female,1", "male,1", "female,0");
        Reports(
            "var data = DataFrame.Read(\"t.csv\").Predict(\"y\").Categorical(\"sex\").All();\n"
            + "var x = data.Encoder!.Inputs(DataFrame.FromRecords([new { sex = \"femal\" }]));",
            "category 'femal' of 'sex' occurs in no training row (did you mean female?); known are female, male. Say AllowUnknown(\"sex\")",
            "x.csx(2): at top level");
    }

    [Fact]
    public void A_constant_column_and_an_empty_class()
    {
        folder.Write("t.csv", "a,b,y", "1,7,no", "2,7,no", "3,7,no", "4,7,yes");
        Reports("DataFrame.Read(\"t.csv\").Predict(\"y\").Numeric(\"a\", \"b\").All();", "column 'b' is 7 in all 4 training rows", "DropConstant()", "x.csx(1)");
        Reports("DataFrame.Read(\"t.csv\").Predict(\"y\").Numeric(\"a\").Split(0.25, stratified: false);", "row has class", "stratified: true", "x.csx(1)");
        Reports("DataFrame.Read(\"t.csv\").Predict(\"y\").Numeric(\"a\").Split(0.25);", "class 'yes' has 1 row", "x.csx(1)");
    }

    [Fact]
    public void A_file_that_vanishes_between_epochs()
    {
        Reports(
            """
            using (var x = RowWriter.Floats("x.npy", 2))
            using (var y = RowWriter.Labels("y.npy"))
            {
                for (var i = 0; i < 40; i++) { x.Add([i % 2, 1f]); y.Add(i % 2); }
                x.Complete();
                y.Complete();
            }
            var data = Datasets.FromSamples(Samples.Stream("x.npy", "y.npy"), classNames: ["even", "odd"]);
            Train(Sequential(Linear(2, 2)), data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs: 3, onEpoch: _ => File.Delete("x.npy"));
            """,
            "x.npy has vanished", "Put it back and run again", "x.csx(9): at top level");
    }
}

/// <summary>A test of real data, left out with a word where <c>SOFTMAX_DATA</c> does not hold the file.</summary>
internal sealed class RealDataAttribute : FactAttribute
{
    public RealDataAttribute(string file)
    {
        if (Environment.GetEnvironmentVariable("SOFTMAX_DATA") is not { } folder || !File.Exists(Path.Combine(folder, file)))
            Skip = $"{file} is not in the data folder (SOFTMAX_DATA)";
    }
}
