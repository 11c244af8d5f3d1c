using System.Runtime.CompilerServices;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class IdentitiesTests : IDisposable
{
    private readonly CheckRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Every_identity_holds_for_other_inputs_than_the_experiments()
    {
        var results = Identities.CheckAll(cases: 40, seed: 20);
        Assert.True(results.Count >= 60, $"only {results.Count} identities");
        Assert.All(results, result => Assert.True(result.Passed, result.Report));
        Assert.Equal(results, CheckSession.Results);
        Assert.Contains("Softmax\n✓ ", _run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_identity_has_a_name_of_its_own_a_source_and_its_code()
    {
        Assert.Equal(
            Identities.All.Count,
            Identities.All.Select(identity => (identity.Group, identity.Name)).Distinct().Count());
        Assert.All(Identities.All, identity =>
        {
            Assert.NotEmpty(identity.Source);
            Assert.Contains("=>", identity.Code, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', identity.Code);
        });
    }

    [Fact]
    public void Identities_of_all_logits_are_tried_with_large_numbers_and_ties()
    {
        var identity = Identities.All.First(identity => identity.Name == "rows sum to 1");
        var statistics = identity.Try().Statistics!;
        Assert.Equal(100, statistics.Inputs);
        Assert.True(statistics.WithLargeNumbers > 10, statistics.ToString());
        Assert.True(statistics.WithTies > 5, statistics.ToString());
        Assert.True(statistics.Shapes > 15, statistics.ToString());
    }

    [Fact]
    public void The_page_is_up_to_date()
    {
        var page = File.ReadAllText(PagePath()).ReplaceLineEndings("\n");
        Assert.True(
            page == Identities.Page(),
            "docs/identities.md is stale; make it anew: dotnet run -- experiments/identities.csx --page docs/identities.md");
    }

    private static string PagePath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "identities.md");
}
