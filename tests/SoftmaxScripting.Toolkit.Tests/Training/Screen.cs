using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>A terminal as far as the displays use it: lines, carriage returns, cursor up, clearing; colours are counted.</summary>
internal sealed class Screen
{
    private readonly List<StringBuilder> lines = [new()];
    private int row;
    private int column;

    /// <summary>How often the colour was changed.</summary>
    public int Colours { get; private set; }

    /// <summary>The widest a line ever was.</summary>
    public int Widest { get; private set; }

    public IReadOnlyList<string> Lines => [.. lines.Select(line => line.ToString().TrimEnd())];

    public void Write(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    row++;
                    column = 0;
                    if (row == lines.Count)
                        lines.Add(new());
                    break;
                case '\r':
                    column = 0;
                    break;
                case '\e':
                    i = Control(text, i + 2);
                    break;
                default:
                    Put(text[i]);
                    break;
            }
        }
    }

    private int Control(string text, int at)
    {
        var end = at;
        while (!char.IsAsciiLetter(text[end]))
            end++;
        var argument = text[at..end];
        switch (text[end])
        {
            case 'A':
                row -= int.Parse(argument, CultureInfo.InvariantCulture);
                if (row < 0)
                    throw new InvalidOperationException("The cursor left the screen.");
                break;
            case 'K':
                lines[row].Length = Math.Min(lines[row].Length, column);
                break;
            case 'J':
                lines[row].Length = Math.Min(lines[row].Length, column);
                lines.RemoveRange(row + 1, lines.Count - row - 1);
                break;
            case 'm':
                Colours++;
                break;
        }

        return end;
    }

    private void Put(char c)
    {
        var line = lines[row];
        while (line.Length <= column)
            line.Append(' ');
        line[column++] = c;
        Widest = Math.Max(Widest, column);
    }
}
