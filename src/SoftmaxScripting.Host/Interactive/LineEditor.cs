namespace SoftmaxScripting.Host.Interactive;

/// <summary>What the word before the cursor may become.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="Candidates">The words.</param>
internal sealed record CompletionSet(int Start, IReadOnlyList<string> Candidates);

/// <summary>How reading a text ended.</summary>
internal enum LineEnd
{
    /// <summary>By Enter, the text complete.</summary>
    Entered,

    /// <summary>By Ctrl-C: the text is given up.</summary>
    Abandoned,

    /// <summary>By Ctrl-D on an empty line: there is no more.</summary>
    Closed,
}

/// <summary>
/// Reads a text of one or more lines from the keyboard: cursor keys, Home, End and their Ctrl letters, words, cutting,
/// history by Up and Down, completion by Tab, search in the history by Ctrl-R. Enter ends a complete text and breaks the
/// line of an incomplete one.
/// </summary>
/// <param name="keys">The keyboard.</param>
/// <param name="view">Shows the text.</param>
/// <param name="history">What was entered before.</param>
/// <param name="isComplete">Whether a text can be evaluated as it stands.</param>
/// <param name="complete">Finds what the word before the cursor may become: text, cursor ↦ words.</param>
/// <param name="list">Shows the candidates of a completion.</param>
internal sealed class LineEditor(
    IKeySource keys,
    LineView view,
    LineHistory history,
    Func<string, bool> isComplete,
    Func<string, int, CompletionSet> complete,
    Action<IReadOnlyList<string>> list)
{
    private const int IndentWidth = 4;

    private readonly LineBuffer buffer = new();
    private int at;
    private string draft = "";

    /// <summary>Reads a text.</summary>
    /// <returns>How it ended, and the text.</returns>
    public (LineEnd End, string Text) Read()
    {
        buffer.Set("");
        at = history.Entries.Count;
        view.Draw(buffer);
        while (true)
        {
            var key = keys.Read();
            if (Apply(key) is { } end)
            {
                view.Leave(buffer);
                return (end, buffer.Text);
            }

            if (!keys.HasMore)
                view.Draw(buffer);
        }
    }

    private LineEnd? Apply(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return Enter(breaks: key.Modifiers.HasFlag(ConsoleModifiers.Alt) || key.Modifiers.HasFlag(ConsoleModifiers.Shift));
            case ConsoleKey.C when control:
                return LineEnd.Abandoned;
            case ConsoleKey.D when control && buffer.Text.Length == 0:
                return LineEnd.Closed;
            case ConsoleKey.D when control:
            case ConsoleKey.Delete:
                buffer.Delete(right: true);
                break;
            case ConsoleKey.Backspace:
            case ConsoleKey.H when control:
                buffer.Delete(right: false);
                break;
            case ConsoleKey.LeftArrow or ConsoleKey.RightArrow when control:
                buffer.MoveWord(right: key.Key == ConsoleKey.RightArrow);
                break;
            case ConsoleKey.LeftArrow or ConsoleKey.RightArrow:
                buffer.Move(right: key.Key == ConsoleKey.RightArrow);
                break;
            case ConsoleKey.B or ConsoleKey.F when control:
                buffer.Move(right: key.Key == ConsoleKey.F);
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                buffer.MoveToStart();
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                buffer.MoveToEnd();
                break;
            case ConsoleKey.W when control:
                buffer.CutWord();
                break;
            case ConsoleKey.U when control:
                buffer.CutToStart();
                break;
            case ConsoleKey.K when control:
                buffer.CutToEnd();
                break;
            case ConsoleKey.Y when control:
                buffer.Insert(buffer.Cut);
                break;
            case ConsoleKey.L when control:
                view.Clear();
                break;
            case ConsoleKey.R when control:
                Search();
                break;
            case ConsoleKey.UpArrow or ConsoleKey.DownArrow:
                if (!buffer.MoveLine(down: key.Key == ConsoleKey.DownArrow))
                    Recall(key.Key == ConsoleKey.DownArrow ? 1 : -1);
                break;
            case ConsoleKey.P or ConsoleKey.N when control:
                Recall(key.Key == ConsoleKey.N ? 1 : -1);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            default:
                if (key.KeyChar >= ' ' && key.KeyChar != '\x7f')
                    Insert(key.KeyChar);
                break;
        }

        return null;
    }

    private void Insert(char letter)
    {
        // A closing brace at the beginning of a line stands where the line of its opening one does.
        var line = buffer.Text[..buffer.Cursor].Split('\n')[^1];
        if (letter == '}' && line.Length >= IndentWidth && line.Trim().Length == 0 && !keys.HasMore)
            buffer.Replace(buffer.Cursor - IndentWidth, "");
        buffer.Insert(letter.ToString());
    }

    private LineEnd? Enter(bool breaks)
    {
        // Two empty lines end what will never be complete.
        var lines = buffer.Text.Split('\n');
        var isGivenUp = buffer.Cursor == buffer.Text.Length && lines is [_, .., var last, var current]
            && last.Trim().Length + current.Trim().Length == 0;
        if (!breaks && (isGivenUp || isComplete(buffer.Text)))
            return LineEnd.Entered;
        var line = buffer.Text[..buffer.Cursor].Split('\n')[^1];
        var indent = line.Length - line.TrimStart().Length + (line.TrimEnd().EndsWith('{') ? IndentWidth : 0);

        // Pasted text brings its own indentation.
        buffer.Insert("\n" + new string(' ', keys.HasMore ? 0 : indent));
        return null;
    }

    private void Recall(int step)
    {
        var next = at + step;
        if (next < 0 || next > history.Entries.Count)
            return;
        if (at == history.Entries.Count)
            draft = buffer.Text;
        at = next;
        buffer.Set(at == history.Entries.Count ? draft : history.Entries[at]);
    }

    /// <summary>The next older entry that contains what stands in the line; Ctrl-R again goes on.</summary>
    private void Search()
    {
        if (at == history.Entries.Count)
            draft = buffer.Text;
        for (var i = at - 1; i >= 0; i--)
        {
            if (!history.Entries[i].Contains(draft, StringComparison.OrdinalIgnoreCase))
                continue;
            at = i;
            buffer.Set(history.Entries[i]);
            return;
        }
    }

    private void Complete()
    {
        var line = buffer.Text[..buffer.Cursor].Split('\n')[^1];
        if (line.Trim().Length == 0)
        {
            buffer.Insert(new string(' ', IndentWidth));
            return;
        }

        var found = complete(buffer.Text, buffer.Cursor);
        if (found.Candidates.Count == 0)
            return;
        var common = found.Candidates.Aggregate(CommonStart);
        if (common.Length > buffer.Cursor - found.Start || found.Candidates.Count == 1)
        {
            buffer.Replace(found.Start, common);
            return;
        }

        view.Leave(buffer);
        list(found.Candidates);
    }

    private static string CommonStart(string left, string right)
    {
        var length = 0;
        while (length < left.Length && length < right.Length && left[length] == right[length])
            length++;
        return left[..length];
    }
}
