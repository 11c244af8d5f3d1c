using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp.Scripting.Hosting;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>How a value looks that an expression came to.</summary>
internal static class ValueText
{
    private const int MostElements = 20;

    /// <summary>The text; null where the value has been shown already by what made it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isCall">Whether the expression was a call, which may have printed.</param>
    public static string? Of(object? value, bool isCall)
    {
        var isShown = isCall && value is CheckResult or LossReport or Explanation;
        return isShown || value is null ? null : Text(value);
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        Tensor tensor => tensor.ToString(),
        Delegate function => Function(function),
        ITuple tuple => "(" + Joined(Enumerable.Range(0, tuple.Length).Select(i => Text(tuple[i]))) + ")",
        IReadOnlyCollection<Tensor> tensors => Sizes.Count(tensors.Count, "tensor") + "\n"
            + string.Join("\n", tensors.Take(MostElements).Select(Text))
            + (tensors.Count > MostElements ? "\n…" : ""),
        _ => IsToolkits(value.GetType()) ? value.ToString() ?? "" : CSharpObjectFormatter.Instance.FormatObject(value),
    };

    // Values of many lines stand below each other.
    private static string Joined(IEnumerable<string> parts)
    {
        var all = parts.ToArray();
        return Array.Exists(all, part => part.Contains('\n', StringComparison.Ordinal))
            ? string.Join(",\n ", all.Select(part => part.Replace("\n", "\n ", StringComparison.Ordinal)))
            : string.Join(", ", all);
    }

    private static string Function(Delegate function)
    {
        var method = function.Method;
        var parameters = string.Join(", ", method.GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"));
        return $"({parameters}) => {method.ReturnType.Name}";
    }

    private static bool IsToolkits(Type type) =>
        type.Namespace?.StartsWith(nameof(SoftmaxScripting), StringComparison.Ordinal) == true
        && type.GetMethod(nameof(ToString), [])?.DeclaringType != typeof(object);
}
