using Spectre.Console;

namespace SoftmaxScripting.Toolkit;

/// <summary>Writes the results of checks to the console.</summary>
internal static class CheckConsole
{
    /// <summary>Writes a result's report, in colour on terminals, in ASCII where nothing else can be shown.</summary>
    /// <param name="result">The result.</param>
    public static void Write(CheckResult result)
    {
        var output = Console.Out;
        var text = IsUnicode(output) ? result.Report : TensorText.Ascii(result.Report);
        if (!WantsColour(output))
        {
            output.WriteLine(text);
            return;
        }

        // The mark alone is coloured: the rest is read, copied and searched.
        var mark = text[..Math.Max(0, text.IndexOf(' ', StringComparison.Ordinal))];
        output.WriteLine((result.Passed ? "\e[32m" : "\e[1;31m") + mark + "\e[0m" + text[mark.Length..]);
    }

    private static bool IsUnicode(TextWriter output) => output.Encoding.CodePage is 65001 or 1200 or 1201 or 12000;

    // A writer that was put in place of the terminal's is no terminal; NO_COLOR as https://no-color.org says.
    private static bool WantsColour(TextWriter output) =>
        new AnsiConsoleOutput(output).IsTerminal
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
