using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public class DataFolderTests
{
    private static readonly string s_root = Path.GetTempPath();

    [Fact]
    public void The_first_setting_that_is_present_wins()
    {
        var settings = new Dictionary<string, string?>
        {
            [DataFolder.Variable] = Path.Combine(s_root, "named"),
            ["XDG_CACHE_HOME"] = Path.Combine(s_root, "cache"),
        };
        DataFolderChoice Choose(string? chosen, string local = "") =>
            DataFolder.Choose(chosen, settings.GetValueOrDefault, local);

        Assert.Equal(new(Path.Combine(s_root, "chosen"), "--data-dir"), Choose(Path.Combine(s_root, "chosen")));
        Assert.Equal(new(Path.Combine(s_root, "named"), "SOFTMAX_DATA"), Choose(" "));
        settings[DataFolder.Variable] = "";
        Assert.Equal(new(Path.Combine(s_root, "cache", "softmax-scripting", "data"), "XDG_CACHE_HOME"), Choose(null));
        settings["XDG_CACHE_HOME"] = "relative/is/invalid";
        var local = Choose(null, Path.Combine(s_root, "local"));
        Assert.Equal(Path.Combine(s_root, "local", "softmax-scripting", "data"), local.Path);
        var error = Assert.Throws<DataException>(() => Choose(null));
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
        Assert.Contains("SOFTMAX_DATA", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_folder_becomes_absolute_and_says_where_it_comes_from()
    {
        var choice = DataFolder.Choose("sets", _ => null, "");
        Assert.Equal(Path.GetFullPath("sets"), choice.Path);
        Assert.Equal($"{choice.Path} (from --data-dir)", choice.ToString());
    }
}
