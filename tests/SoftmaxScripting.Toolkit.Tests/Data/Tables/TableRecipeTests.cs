using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class TableRecipeTests
{
    private static DataFrame People { get; } = DataFrame.Parse("""
        survived,age,fare,sex,deck
        yes,20,7,female,A
        no,40,8,male,
        no,,9,male,B
        yes,30,10,female,A
        no,50,,male,A
        yes,25,12,female,B
        """, name: "people.csv");

    private static DataException Refused(Func<object> use) => Assert.Throws<DataException>(use);

    private static float[][] Rows(Tensor inputs) => [.. inputs.ToArray().Chunk(inputs.Shape[1])];

    [Fact]
    public void Columns_become_numbers_and_one_hot_rows_in_the_order_chosen()
    {
        var encoder = People.Predict("survived").Categorical("sex").Numeric("fare").FillMissing(Fill.With(5)).FitAll();

        Assert.Equal(["sex = female", "sex = male", "fare"], encoder.FeatureNames);
        Assert.Equal(["no", "yes"], encoder.ClassNames);
        Assert.Equal([[1, 0, 7], [0, 1, 8], [0, 1, 9], [1, 0, 10], [0, 1, 5], [1, 0, 12]], Rows(encoder.Inputs(People)));
        Assert.Equal([1, 0, 0, 1, 0, 1], encoder.Targets(People).ToInts());
    }

    [Fact]
    public void Means_fills_and_categories_come_from_the_training_rows_alone()
    {
        var (train, test) = (People.Take(4), People.Select([4, 5]));

        var encoder = People.Predict("survived").Numeric("age").FillMissing().Standardize().Fit(train);

        double[] known = [20, 40, 30];
        double[] filled = [20, 40, 30, 30];
        var mean = filled.Average();
        var deviation = Math.Sqrt(filled.Sum(x => (x - mean) * (x - mean)) / filled.Length);
        Assert.Equal(30, known.Order().ElementAt(1));
        Assert.Equal(
            new[] { (50 - mean) / deviation, (25 - mean) / deviation }.Select(x => (float)x),
            encoder.Inputs(test).ToArray());
        var inputs = encoder.Inputs(train).ToArray();
        Assert.Equal(0, inputs.Average(), 1e-6);
        Assert.Equal(1, inputs.Average(x => x * x), 1e-5);
    }

    [Fact]
    public void Fills_are_what_they_are_called()
    {
        float Filled(Fill fill) => People.Predict("survived").Numeric("age").FillMissing(fill).FitAll().Inputs(People).ToArray()[2];

        Assert.Equal(33f, Filled(Fill.Mean));
        Assert.Equal(30f, Filled(Fill.Median));
        Assert.Equal(20f, Filled(Fill.MostFrequent));
        Assert.Equal(-1f, Filled(Fill.With(-1)));
        var deck = People.Predict("survived").Categorical("deck").FillMissing(Fill.With("none")).FitAll();
        Assert.Equal(["deck = A", "deck = B", "deck = none"], deck.FeatureNames);
        Assert.Equal([0f, 0, 1], Rows(deck.Inputs(People))[1]);
        Assert.Equal([1f, 0], Rows(People.Predict("survived").Categorical("deck").FillMissing().FitAll().Inputs(People))[1]);
        Assert.Contains("is for categorical columns, and none of those chosen", Refused(() => Filled(Fill.With("none"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scales_marks_and_dropped_rows()
    {
        var encoder = People.Predict("survived").Numeric("fare").FillMissing(Fill.With(7)).MinMax().MarkMissing().FitAll();
        Assert.Equal(["fare", "fare missing"], encoder.FeatureNames);
        Assert.Equal([0f, 1], Rows(encoder.Inputs(People))[4]);
        Assert.Equal([1f, 0], Rows(encoder.Inputs(People))[5]);

        var data = People.Predict("survived").Numeric("age", "fare").DropMissing().All();
        Assert.Equal(4, data.Train.Count);
        Assert.Equal([1, 0, 1, 1], data.Train.Targets.ToInts());
    }

    [Fact]
    public void Numbers_are_predicted_as_numbers_and_classes_by_name()
    {
        Assert.Equal([6, 1], People.DropFirst("fare").PredictNumber("age2").Categorical("sex").All().Train.Targets.Shape.ToArray());
        Assert.Equal(["0", "1", "10"], DataFrame.Parse("y,x\n10,1\n0,2\n1,3\n").Predict("y").Numeric("x").All().ClassNames);
        Assert.False(DataFrame.Parse("y,x\n0.5,1\n0,2\n").Predict("y").Classifies);
        Assert.False(DataFrame.Parse("y,x\n1,1\n0,2\n").PredictNumber("y").Classifies);
        Assert.Contains("holds words such as 'yes'", Refused(() => People.PredictNumber("survived")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_category_is_an_error_or_has_a_column()
    {
        var recipe = People.Predict("survived").Categorical("sex");
        var later = DataFrame.FromRecords([new { sex = "femal" }]);

        var message = Refused(() => recipe.FitAll().Inputs(later)).Message;
        Assert.Contains("records, row 0: category 'femal' of 'sex' occurs in no training row", message, StringComparison.Ordinal);
        Assert.Contains("did you mean female?", message, StringComparison.Ordinal);
        Assert.Contains("known are female, male", message, StringComparison.Ordinal);

        var open = recipe.AllowUnknown().FitAll();
        Assert.Equal(["sex = female", "sex = male", "sex unknown"], open.FeatureNames);
        Assert.Equal([0f, 0, 1], open.Inputs(later).ToArray());
    }

    [Fact]
    public void A_constant_column_is_an_error_or_left_out()
    {
        var table = DataFrame.Parse("y,x,c,w\na,1,3,z\nb,2,3,z\n", name: "t.csv");

        Assert.Contains(
            "t.csv: column 'c' is 3 in all 2 training rows",
            Refused(() => table.Predict("y").Numeric("x", "c").All()).Message,
            StringComparison.Ordinal);
        Assert.Contains("'w' is 'z'", Refused(() => table.Predict("y").Categorical("w").All()).Message, StringComparison.Ordinal);
        var data = table.Predict("y").Numeric("x", "c").Categorical("w").DropConstant().All();
        Assert.Equal(["x"], data.Encoder!.FeatureNames);
        Assert.Equal(["c", "w"], data.Encoder.Dropped);
        Assert.Contains("every chosen column is constant", Refused(() => table.Predict("y").Numeric("c").DropConstant().All()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slips_are_named()
    {
        var recipe = People.Predict("survived").Numeric("age");
        var cases = new (Func<object> Use, string Part)[]
        {
            (() => People.Predict("survivd"), "no column 'survivd' (did you mean survived?)"),
            (() => recipe.Numeric("age"), "chosen twice"),
            (() => recipe.Categorical("survived"), "is the column to predict"),
            (() => recipe.Numeric("sex"), "people.csv, line 2, column 'sex': 'female' is no number; choose it with Categorical"),
            (() => recipe.Standardize("fare"), "not chosen yet"),
            (() => recipe.Categorical("sex").Standardize("sex"), "is for numeric columns"),
            (() => recipe.FillMissing(Fill.With("x"), "age"), "FillMissing('x') is for categorical columns; 'age' is chosen as numeric"),
            (() => People.Predict("survived").Standardize(), "comes after the columns"),
            (() => People.Predict("survived").All(), "no column is chosen"),
            (() => recipe.All(), "people.csv, line 4: 'age' is missing (1 of 6 cells are); say FillMissing"),
            (() => recipe.FillMissing().Fit(People).Inputs(DataFrame.FromRecords([new { age = "old" }])), "'old' is no number"),
            (() => recipe.FillMissing().Fit(People).Inputs(DataFrame.FromRecords([new { ag = 1 }])), "no column 'age'"),
            (() => People.Predict("deck").Numeric("fare").FillMissing().All(), "line 3: 'deck', the column to predict, is missing"),
            (() => recipe.Split(test: 1.5), "must be above 0 and below 1"),
            (() => People.Where(row => row.Number("age") > 0).PredictNumber("fare").Numeric("age").Split(stratified: true), "only classes can be stratified by"),
        };
        foreach (var (use, part) in cases)
            Assert.Contains(part, Refused(use).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_without_a_class_is_refused()
    {
        var table = DataFrame.Parse("y,x\na,1\na,2\na,3\na,4\na,5\na,6\na,7\nb,8\n", name: "t.csv");
        var recipe = table.Predict("y").Numeric("x");

        Assert.Contains("class 'b' has 1 row", Refused(() => recipe.Split()).Message, StringComparison.Ordinal);
        Assert.Contains("no test row has class 'b'", Refused(
            () => recipe.Fit(table).Dataset(table, table.Take(3))).Message, StringComparison.Ordinal);
        Assert.Contains("no training row has class 'b'", Refused(
            () => recipe.Fit(table).Dataset(table.Take(3), table)).Message, StringComparison.Ordinal);
    }
}

file static class RecipeTestExtensions
{
    public static TableEncoder FitAll(this TableRecipe recipe) => recipe.All().Encoder!;

    public static DataFrame DropFirst(this DataFrame table, string name) =>
        table.Without(name).With("age2", row => double.IsNaN(row.Number("age")) ? 0 : row.Number("age"));
}
