using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Reads the few Python literals that the header of an array is made of: a dictionary of texts, True, False, whole
/// numbers, and tuples or lists of these. Texts become string, numbers long, tuples and lists List&lt;object&gt;.
/// </summary>
/// <param name="text">The literal.</param>
internal sealed class PythonLiteral(string text)
{
    private const int Deepest = 8;

    private int place;

    /// <summary>The dictionary that the whole text is.</summary>
    /// <exception cref="MalformedException">It is something else, or names a key twice.</exception>
    public Dictionary<string, object> ReadDictionary()
    {
        var fields = new Dictionary<string, object>(StringComparer.Ordinal);
        Expect('{');
        while (!Accept('}'))
        {
            if (Value(0) is not string name)
                throw Malformed();
            Expect(':');
            if (!fields.TryAdd(name, Value(0)))
                throw new MalformedException($"its header names '{name}' twice");
            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }

        SkipSpace();
        return place == text.Length ? fields : throw Malformed();
    }

    private object Value(int depth)
    {
        SkipSpace();
        if (depth > Deepest || place >= text.Length)
            throw Malformed();
        return text[place] switch
        {
            '\'' or '"' => Text(),
            '(' => Items(')', depth),
            '[' => Items(']', depth),
            'T' when Word("True") => true,
            'F' when Word("False") => false,
            _ => Number(),
        };
    }

    private List<object> Items(char end, int depth)
    {
        place++;
        var items = new List<object>();
        while (!Accept(end))
        {
            items.Add(Value(depth + 1));
            if (!Accept(','))
            {
                Expect(end);
                break;
            }
        }

        return items;
    }

    // Names in a header need no escapes; NumPy writes none for the types that can be read here.
    private string Text()
    {
        var quote = text[place++];
        var read = new StringBuilder();
        while (place < text.Length && text[place] != quote)
        {
            if (text[place] is '\\' or '\n')
                throw Malformed();
            read.Append(text[place++]);
        }

        place++;
        return place <= text.Length ? read.ToString() : throw Malformed();
    }

    private long Number()
    {
        var start = place;
        while (place < text.Length && (char.IsAsciiDigit(text[place]) || (place == start && text[place] == '-')))
            place++;
        if (!long.TryParse(text.AsSpan(start, place - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw Malformed();

        // Python 2 wrote long numbers as 60000L.
        if (place < text.Length && text[place] == 'L')
            place++;
        return number;
    }

    private bool Word(string word)
    {
        if (string.CompareOrdinal(text, place, word, 0, word.Length) != 0)
            return false;
        place += word.Length;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Accept(wanted))
            throw Malformed();
    }

    private bool Accept(char wanted)
    {
        SkipSpace();
        if (place >= text.Length || text[place] != wanted)
            return false;
        place++;
        return true;
    }

    private void SkipSpace()
    {
        while (place < text.Length && text[place] is ' ' or '\n' or '\t' or '\r')
            place++;
    }

    private MalformedException Malformed() =>
        new($"its header is no dictionary that NumPy writes (at character {Math.Min(place, text.Length)})");
}
