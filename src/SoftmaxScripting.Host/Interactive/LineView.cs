using System.Text;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>Shows a text that is being edited, and the cursor in it, on a terminal.</summary>
/// <param name="output">The terminal.</param>
/// <param name="prompt">What stands before the first line.</param>
/// <param name="continuation">What stands before further lines; as wide as the prompt.</param>
/// <param name="paint">Colours a prompt.</param>
/// <param name="width">The terminal's columns.</param>
internal sealed class LineView(
    TextWriter output, string prompt, string continuation, Func<string, string> paint, Func<int> width)
{
    private int cursorRow;

    /// <summary>Draws the text in place of what was drawn before.</summary>
    /// <param name="buffer">The text.</param>
    public void Draw(LineBuffer buffer) => Draw(buffer.Text, buffer.Cursor);

    private void Draw(string shown, int cursorAt)
    {
        var columns = Math.Max(width(), prompt.Length + 2);
        var text = new StringBuilder(Home());
        var (row, column) = (0, prompt.Length);
        var cursor = (row, column);
        text.Append(paint(prompt));
        for (var i = 0; i <= shown.Length; i++)
        {
            if (i == cursorAt)
                cursor = (row, column);
            if (i == shown.Length)
                break;
            if (shown[i] == '\n')
            {
                text.Append("\r\n").Append(paint(continuation));
                (row, column) = (row + 1, continuation.Length);
                continue;
            }

            text.Append(shown[i] == '\t' ? ' ' : shown[i]);
            if (++column < columns)
                continue;

            // Terminals differ in what they do after the last column; a line end makes them agree.
            text.Append("\r\n");
            (row, column) = (row + 1, 0);
        }

        if (row > cursor.row)
            text.Append($"\e[{row - cursor.row}A");
        text.Append('\r');
        if (cursor.column > 0)
            text.Append($"\e[{cursor.column}C");
        cursorRow = cursor.row;
        output.Write(text.ToString());
        output.Flush();
    }

    /// <summary>Leaves the text as it stands; what follows begins on a line of its own.</summary>
    /// <param name="buffer">The text.</param>
    public void Leave(LineBuffer buffer)
    {
        Draw(buffer.Text, buffer.Text.Length);
        output.Write("\r\n");
        output.Flush();
        cursorRow = 0;
    }

    /// <summary>Empties the screen.</summary>
    public void Clear()
    {
        output.Write("\e[H\e[2J");
        cursorRow = 0;
    }

    private string Home() => (cursorRow > 0 ? $"\e[{cursorRow}A" : "") + "\r\e[J";
}
