using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class CacheFolderTests
{
    private static readonly string Root = Path.GetFullPath("/");

    private static string? Choose(string? setting, string? xdg, string? user) => CacheFolder.Choose(
        name => name == CacheFolder.Variable ? setting : name == "XDG_CACHE_HOME" ? xdg : null, () => user);

    [Theory]
    [InlineData("off")]
    [InlineData("none")]
    [InlineData("OFF")]
    public void Switched_off(string setting) => Assert.Null(Choose(setting, Root, Root));

    [Fact]
    public void The_setting_comes_first_then_XDG_then_the_user()
    {
        var (a, b, c) = (Path.Combine(Root, "a"), Path.Combine(Root, "b"), Path.Combine(Root, "c"));
        Assert.Equal(a, Choose(a, b, c));
        Assert.Equal(Path.GetFullPath("here"), Choose("here", b, c));
        Assert.Equal(Path.Combine(b, "softmax-scripting"), Choose(null, b, c));
        Assert.Equal(Path.Combine(b, "softmax-scripting"), Choose(" ", b, c));
        Assert.Equal(Path.Combine(c, "softmax-scripting"), Choose(null, "relative", c));
        Assert.Equal(Path.Combine(c, "softmax-scripting"), Choose(null, null, c));
        Assert.Null(Choose(null, null, ""));
        Assert.Null(Choose(null, null, null));
    }
}
