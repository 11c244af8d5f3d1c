using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class DidYouMeanTests
{
    private static readonly string[] Names = ["epochs", "learning-rate", "momentum", "batch", "shuffle"];

    [Theory]
    [InlineData("epocs", "epochs")]
    [InlineData("epcohs", "epochs")]
    [InlineData("EPOCHS", "epochs")]
    [InlineData("eopchss", "epochs")]
    [InlineData("learningrate", "learning-rate")]
    [InlineData("learn", "learning-rate")]
    [InlineData("batches", "batch")]
    [InlineData("e", null)]
    [InlineData("", null)]
    [InlineData("zzzzzz", null)]
    public void Nearest_name_is_found(string typed, string? expected) =>
        Assert.Equal(expected, DidYouMean.Closest(typed, Names));

    [Fact]
    public void One_slip_in_a_longer_name_is_always_forgiven()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var name = Names[random.Next(Names.Length)];
            var slip = Slip(name, random);
            var found = DidYouMean.Closest(slip, Names);
            Assert.True(found == name, $"'{slip}' gave {found ?? "nothing"}, not {name} (seed {seed})");
        }
    }

    private static string Slip(string name, Random random)
    {
        var at = random.Next(name.Length - 1);
        var letter = (char)('a' + random.Next(26));
        return random.Next(4) switch
        {
            0 => name.Remove(at, 1),
            1 => name.Insert(at, letter.ToString()),
            2 => name[..at] + letter + name[(at + 1)..],
            _ => name[..at] + name[at + 1] + name[at] + name[(at + 2)..],
        };
    }
}
