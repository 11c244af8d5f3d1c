using System.Reflection;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>
/// Gives a frame of a stack trace the name its author wrote, where the compiler has made another of it.
/// </summary>
internal static class FrameName
{
    private const string TopLevel = "at top level";

    /// <summary>
    /// The name as the end of a line: <c>in MyHuber</c>, <c>in a lambda of Train</c>, <c>at top level</c>.
    /// </summary>
    /// <param name="method">The frame's method.</param>
    public static string Describe(MethodBase? method)
    {
        if (method is null)
            return TopLevel;
        var name = method.Name;
        var owner = method.DeclaringType;

        // An async method or an iterator runs as MoveNext of a class that bears its name: <Load>d__3.
        if (name == "MoveNext" && owner is not null && owner.Name.StartsWith('<'))
            name = owner.Name;
        return Words(name, OwnerName(owner));
    }

    private static string Words(string name, string owner)
    {
        if (!name.StartsWith('<'))
            return "in " + Member(name, owner);
        var close = MatchingBracket(name);
        var outer = name[1..close];
        var suffix = name[(close + 1)..];
        if (suffix.StartsWith("g__", StringComparison.Ordinal))
            return "in " + suffix[3..suffix.IndexOf('|', StringComparison.Ordinal)];
        var place = outer is "Initialize" or "<Initialize>" or "Factory" ? TopLevel : Words(outer, owner);
        if (!suffix.StartsWith("b__", StringComparison.Ordinal))
            return place;
        return place == TopLevel ? "in a lambda " + TopLevel : "in a lambda of " + place["in ".Length..];
    }

    private static string Member(string name, string owner)
    {
        if (name == ".ctor")
            return "new " + owner;
        if (name == ".cctor")
            return owner + "'s static fields";
        var plain = name is ['g' or 's', 'e', 't', '_', ..] ? name[4..] : name;
        return owner.Length == 0 ? plain : $"{owner}.{plain}";
    }

    /// <summary>The innermost type the author wrote; empty for the script itself.</summary>
    private static string OwnerName(Type? type)
    {
        while (type is not null && type.Name.StartsWith('<'))
            type = type.DeclaringType;
        return type is null || type.Name.StartsWith("Submission#", StringComparison.Ordinal)
            ? ""
            : type.Name.Split('`')[0];
    }

    private static int MatchingBracket(string name)
    {
        var depth = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '<')
                depth++;
            else if (name[i] == '>' && --depth == 0)
                return i;
        }

        return name.Length - 1;
    }
}
