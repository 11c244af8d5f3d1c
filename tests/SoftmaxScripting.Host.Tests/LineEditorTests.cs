using SoftmaxScripting.Host.Interactive;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class LineEditorTests
{
    private readonly List<string> listed = [];

    /// <summary>
    /// What comes of typing: letters stand for themselves, names in angle brackets for keys, <c>^A</c> for Ctrl-A.
    /// </summary>
    private (string End, string Text) Type(string typed, params string[] history)
    {
        using var screen = new StringWriter();
        var past = new LineHistory(null);
        foreach (var entry in history)
            past.Add(entry);
        var editor = new LineEditor(
            new Script(typed),
            new LineView(screen, "> ", ". ", text => text, () => 20),
            past,
            text => !text.EndsWith('{') && text.Count(c => c == '{') == text.Count(c => c == '}'),
            (text, cursor) =>
            {
                var start = text.LastIndexOfAny([' ', '.', '\n'], Math.Max(0, cursor - 1)) + 1;
                string[] names = ["Softmax", "Softplus", "Sum"];
                return new CompletionSet(start, [.. names.Where(name => name.StartsWith(text[start..cursor], StringComparison.Ordinal))]);
            },
            listed.AddRange);
        var (end, text) = editor.Read();
        return (end.ToString(), text);
    }

    [Theory]
    [InlineData("abc<Enter>", "abc")]
    [InlineData("abc<Left><Left>x<Enter>", "axbc")]
    [InlineData("abc<Home>x<End>y<Enter>", "xabcy")]
    [InlineData("abc^Ax^Ey<Enter>", "xabcy")]
    [InlineData("abc<Backspace><Backspace>x<Enter>", "ax")]
    [InlineData("abc<Home><Delete><Enter>", "bc")]
    [InlineData("abc^A^D<Enter>", "bc")]
    [InlineData("<Backspace><Delete><Left><Right>a<Enter>", "a")]
    [InlineData("one two three^Wx<Enter>", "one two x")]
    [InlineData("one.two(^W<Enter>", "one.")]
    [InlineData("one two^Ux<Enter>", "x")]
    [InlineData("one two<Home>^Kx<Enter>", "x")]
    [InlineData("one two^W^Y^Y<Enter>", "one twotwo")]
    [InlineData("a😀b<Left><Left>x<Enter>", "ax😀b")]
    [InlineData("a😀<Backspace><Enter>", "a")]
    [InlineData("f() {<Enter>x<Enter>}<Enter>", "f() {\n    x\n}")]
    [InlineData("{<Enter>}<Up>a<Down>b<Enter>", "{a\n}b")]
    [InlineData("{<Enter><Enter><Enter>", "{\n    \n    ", false)]
    [InlineData("So<Tab><Enter>", "Soft")]
    [InlineData("Softm<Tab>(x)<Enter>", "Softmax(x)")]
    [InlineData("x.Su<Tab><Enter>", "x.Sum")]
    [InlineData("<Tab>x<Enter>", "    x")]
    [InlineData("zz<Tab><Enter>", "zz")]
    public void Keys_edit_the_text(string typed, string expected, bool exact = true)
    {
        var (end, text) = Type(typed);
        Assert.Equal("Entered", end);
        if (exact)
            Assert.Equal(expected, text);
        else
            Assert.StartsWith(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Up><Enter>", "second\nline")]
    [InlineData("<Up><Up><Up><Enter>", "first")]
    [InlineData("<Up><Up><Up><Down><Enter>", "second\nline")]
    [InlineData("draft^P^P^N^N<Enter>", "draft")]
    [InlineData("<Up><Up><Up>!<Enter>", "first!")]
    [InlineData("irs^R<Enter>", "first")]
    [InlineData("nothing^R<Enter>", "nothing")]
    public void History_comes_back(string typed, string expected) =>
        Assert.Equal(("Entered", expected), Type(typed, "first", "second\nline"));

    [Theory]
    [InlineData("abc^C", "Abandoned")]
    [InlineData("^D", "Closed")]
    public void Ctrl_C_and_Ctrl_D_end_it(string typed, string expected) => Assert.Equal(expected, Type(typed).End);

    [Fact]
    public void Several_candidates_are_listed_where_nothing_can_be_added()
    {
        Type("Soft<Tab><Enter>");
        Assert.Equal(["Softmax", "Softplus"], listed);
    }

    [Fact]
    public void What_is_drawn_can_be_read_off_the_screen()
    {
        using var screen = new StringWriter();
        var view = new LineView(screen, "> ", ". ", text => text, () => 10);
        var buffer = new LineBuffer();
        buffer.Set("12345678");
        view.Draw(buffer);

        // The line is full: the cursor stands at the beginning of the next row.
        Assert.EndsWith("> 12345678\r\n\r", screen.ToString(), StringComparison.Ordinal);
        buffer.Set("1\n2");
        screen.GetStringBuilder().Clear();
        view.Draw(buffer);
        Assert.Equal("\e[1A\r\e[J> 1\r\n. 2\r\e[3C", screen.ToString());
    }

    [Fact]
    public void History_survives_the_session_and_damage()
    {
        var file = Path.Combine(Path.GetTempPath(), $"history-{Guid.NewGuid():N}");
        try
        {
            var history = new LineHistory(file);
            history.Add("one");
            history.Add("two\nlines");
            history.Add("two\nlines");
            history.Add(" ");
            File.AppendAllText(file, "no json\n");
            Assert.Equal(["one", "two\nlines"], new LineHistory(file).Entries);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class Script(string typed) : IKeySource
    {
        private int at;

        public bool HasMore => false;

        public ConsoleKeyInfo Read()
        {
            if (typed[at] == '<' && typed.IndexOf('>', at) is > 0 and var end)
            {
                var name = typed[(at + 1)..end];
                at = end + 1;
                var key = name switch
                {
                    "Left" or "Right" or "Up" or "Down" => Enum.Parse<ConsoleKey>(name + "Arrow"),
                    _ => Enum.Parse<ConsoleKey>(name),
                };
                return new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false);
            }

            if (typed[at] == '^')
            {
                at += 2;
                return new ConsoleKeyInfo('\0', Enum.Parse<ConsoleKey>(typed[at - 1].ToString()), shift: false, alt: false, control: true);
            }

            return new ConsoleKeyInfo(typed[at++], ConsoleKey.None, shift: false, alt: false, control: false);
        }
    }
}
