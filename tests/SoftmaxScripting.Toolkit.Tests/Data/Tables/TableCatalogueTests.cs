using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class TableCatalogueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? before = DataFolder.Override;

    public TableCatalogueTests() => DataFolder.Override = folder.Path;

    public void Dispose()
    {
        DataFolder.Override = before;
        folder.Dispose();
    }

    [Theory]
    [InlineData("titanic")]
    [InlineData("diabetes")]
    public void A_table_that_is_not_there_is_made_up_and_says_so(string name)
    {
        var table = DataFrame.Load(name);
        var data = Datasets.Load(name);

        Assert.True(table.Synthetic && data.Synthetic);
        Assert.Contains("Made up", data.Origin, StringComparison.Ordinal);
        Assert.Contains("(synthetic)", data.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, data.Classes);
        Assert.Equal(table.Columns[1].Words, DataFrame.Load(name).Columns[1].Words);
        var share = data.Train.Targets.ToInts().Average();
        Assert.InRange(share, 0.3, 0.75);
        Assert.InRange(data.Test.Count, table.Count / 5 - 1, table.Count / 5 + 1);
    }

    [Fact]
    public void A_file_in_the_data_folder_is_read()
    {
        Directory.CreateDirectory(folder.File("diabetes"));
        var rows = Enumerable.Range(0, 20).Select(i => string.Join(',', Enumerable.Range(0, 8).Select(c => $"0.{(i * 7 + c * 3) % 10}")) + $",{i % 2}");
        File.WriteAllText(Path.Combine(folder.File("diabetes"), "diabetes.csv"), string.Join('\n', rows));

        var table = DataFrame.Load("Diabetes");

        Assert.False(table.Synthetic);
        Assert.Equal(20, table.Count);
        Assert.Equal(10, table["label"].Numbers.Sum());
        Assert.Contains("read from diabetes.csv", table.Origin, StringComparison.Ordinal);
        Assert.Contains("did you mean titanic?", Assert.Throws<SoftmaxScripting.Toolkit.DataException>(() => DataFrame.Load("titanik")).Message, StringComparison.Ordinal);
    }

    [SkippableRealData("tables/titanic-train.csv")]
    public void The_real_passengers_are_as_their_file_says()
    {
        DataFolder.Override = null;
        var table = DataFrame.Load("titanic");

        Assert.False(table.Synthetic);
        Assert.Equal((891, 12), (table.Count, table.Columns.Count));
        Assert.Equal(177, table["Age"].Missing);
        Assert.Equal(342, table["Survived"].Numbers.Sum());
        Assert.Equal("Braund, Mr. Owen Harris", table["Name"].TextAt(0));
    }

    [SkippableRealData("tables/diabetes-pima-scaled.csv.gz")]
    public void The_real_measurements_are_as_their_file_says()
    {
        DataFolder.Override = null;
        var table = DataFrame.Load("diabetes");

        Assert.Equal((759, 9), (table.Count, table.Columns.Count));
        Assert.Equal(496, table["label"].Numbers.Sum());
    }
}

/// <summary>A test of real data, left out with a word where <c>SOFTMAX_DATA</c> does not hold the file.</summary>
internal sealed class SkippableRealDataAttribute : FactAttribute
{
    public SkippableRealDataAttribute(string file)
    {
        var folder = Environment.GetEnvironmentVariable(DataFolder.Variable);
        if (folder is null || !File.Exists(Path.Combine(folder, file)))
            Skip = $"{file} is not in the data folder ({DataFolder.Variable})";
    }
}
