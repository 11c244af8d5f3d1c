namespace SoftmaxScripting.Host.Interactive;

/// <summary>A text of one or more lines with a cursor in it.</summary>
internal sealed class LineBuffer
{
    /// <summary>The text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>How many characters stand before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>What was cut last.</summary>
    public string Cut { get; private set; } = "";

    /// <summary>The number of the cursor's line, from 0.</summary>
    public int Line => Text.AsSpan(0, Cursor).Count('\n');

    /// <summary>The number of the last line.</summary>
    public int LastLine => Text.AsSpan().Count('\n');

    private int LineStart => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    /// <summary>Puts another text in place of this one, the cursor at its end.</summary>
    /// <param name="text">The text.</param>
    public void Set(string text) => (Text, Cursor) = (text, text.Length);

    /// <summary>Inserts at the cursor.</summary>
    /// <param name="text">What to insert.</param>
    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Puts a text in place of what stands between a place and the cursor.</summary>
    /// <param name="start">The place.</param>
    /// <param name="text">What to put there.</param>
    public void Replace(int start, string text)
    {
        Text = Text[..start] + text + Text[Cursor..];
        Cursor = start + text.Length;
    }

    /// <summary>One character to the left or right; whole pairs of surrogates.</summary>
    /// <param name="right">To the right.</param>
    public void Move(bool right) => Cursor = Beside(right);

    /// <summary>To the beginning of the word before the cursor, or the end of the one after it.</summary>
    /// <param name="right">To the right.</param>
    public void MoveWord(bool right) => Cursor = WordEdge(right);

    /// <summary>To the beginning of the line.</summary>
    public void MoveToStart() => Cursor = LineStart;

    /// <summary>To the end of the line.</summary>
    public void MoveToEnd() => Cursor = LineEnd;

    /// <summary>A line up or down, to the same column where the line is that long.</summary>
    /// <param name="down">Down.</param>
    /// <returns>False where there is no such line.</returns>
    public bool MoveLine(bool down)
    {
        if (down ? Line == LastLine : Line == 0)
            return false;
        var column = Cursor - LineStart;
        Cursor = down ? LineEnd + 1 : LineStart - 1;
        Cursor = LineStart;
        Cursor = Math.Min(Cursor + column, LineEnd);
        return true;
    }

    /// <summary>Deletes the character before or after the cursor.</summary>
    /// <param name="right">The one after.</param>
    public void Delete(bool right) => Remove(Beside(right));

    /// <summary>Cuts the word before the cursor.</summary>
    public void CutWord() => CutTo(WordEdge(right: false));

    /// <summary>Cuts what stands before the cursor on its line.</summary>
    public void CutToStart() => CutTo(LineStart);

    /// <summary>Cuts what stands after the cursor on its line, or the line's end where nothing does.</summary>
    public void CutToEnd() => CutTo(Cursor == LineEnd ? Beside(right: true) : LineEnd);

    private int Beside(bool right)
    {
        if (right ? Cursor == Text.Length : Cursor == 0)
            return Cursor;
        var step = right ? 1 : -1;
        var next = Cursor + step;
        return next > 0 && next < Text.Length && char.IsLowSurrogate(Text[next]) && char.IsHighSurrogate(Text[next - 1])
            ? next + step
            : next;
    }

    private int WordEdge(bool right)
    {
        var at = Cursor;
        if (right)
        {
            while (at < Text.Length && !IsWord(Text[at]))
                at++;
            while (at < Text.Length && IsWord(Text[at]))
                at++;
            return at;
        }

        while (at > 0 && !IsWord(Text[at - 1]))
            at--;
        while (at > 0 && IsWord(Text[at - 1]))
            at--;
        return at;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private void CutTo(int place)
    {
        if (place == Cursor)
            return;
        Cut = Text[Math.Min(place, Cursor)..Math.Max(place, Cursor)];
        Remove(place);
    }

    private void Remove(int place)
    {
        var (start, end) = (Math.Min(place, Cursor), Math.Max(place, Cursor));
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }
}
