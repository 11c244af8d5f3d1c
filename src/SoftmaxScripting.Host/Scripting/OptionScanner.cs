using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Finds the calls of <see cref="Prelude"/>'s Option in a script and everything it loads, without running it.
/// </summary>
internal static class OptionScanner
{
    /// <summary>What the scan found.</summary>
    /// <param name="Options">The options with constant names, each name once, in the order of the text.</param>
    /// <param name="HasComputed">Whether some call computes its name.</param>
    internal sealed record Result(IReadOnlyList<DeclaredOption> Options, bool HasComputed);

    /// <summary>Scans all files of a compilation, which may have errors.</summary>
    /// <param name="compilation">The compilation.</param>
    public static Result Scan(Compilation compilation)
    {
        var options = new List<DeclaredOption>();
        var hasComputed = false;
        foreach (var tree in compilation.SyntaxTrees)
        {
            var calls = tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Where(call => NameOf(call.Expression) == nameof(Prelude.Option)).ToArray();
            if (calls.Length == 0)
                continue;
            var model = compilation.GetSemanticModel(tree);
            foreach (var call in calls)
            {
                if (Call.Read(call, model) is not { } read)
                    continue;
                if (read.Declare() is not { } option)
                    hasComputed = true;
                else if (options.TrueForAll(known => known.Name != option.Name))
                    options.Add(option);
            }
        }

        return new Result(options, hasComputed);
    }

    private static string? NameOf(ExpressionSyntax callee) => callee switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>One call, its arguments matched to the parameters they fill.</summary>
    private sealed class Call(IMethodSymbol method, Dictionary<string, ExpressionSyntax> arguments, SemanticModel model)
    {
        public static Call? Read(InvocationExpressionSyntax call, SemanticModel model)
        {
            var symbol = model.GetSymbolInfo(call);
            if ((symbol.Symbol ?? symbol.CandidateSymbols.FirstOrDefault()) is not IMethodSymbol method
                || method.ContainingType.ToDisplayString() != typeof(Prelude).FullName)
            {
                return null;
            }

            var arguments = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
            for (var i = 0; i < call.ArgumentList.Arguments.Count; i++)
            {
                var argument = call.ArgumentList.Arguments[i];
                var name = argument.NameColon?.Name.Identifier.ValueText
                    ?? (i < method.Parameters.Length ? method.Parameters[i].Name : null);
                if (name is not null)
                    arguments[name] = argument.Expression;
            }

            return new Call(method, arguments, model);
        }

        public DeclaredOption? Declare()
        {
            if (Constant("name") is not string name)
                return null;
            var choices = Choices();
            var kind = method.ReturnType.SpecialType switch
            {
                SpecialType.System_Int32 => OptionKind.Int32,
                SpecialType.System_Int64 => OptionKind.Int64,
                SpecialType.System_Single => OptionKind.Single,
                SpecialType.System_Double => OptionKind.Double,
                SpecialType.System_Boolean => OptionKind.Flag,
                _ => choices.Count > 0 ? OptionKind.Choice : OptionKind.Text,
            };
            return new DeclaredOption(name, kind, DefaultText(), Constant("help") as string ?? "")
            {
                Choices = choices,
                Minimum = Limit("min", kind),
                Maximum = Limit("max", kind),
            };
        }

        private object? Constant(string parameter) =>
            arguments.TryGetValue(parameter, out var expression) ? model.GetConstantValue(expression).Value : null;

        private string DefaultText()
        {
            if (!arguments.TryGetValue("defaultValue", out var expression))
                return "";
            if (Constant("defaultValue") is not { } value)
                return expression.ToString();
            var member = method.ReturnType.TypeKind == TypeKind.Enum
                ? EnumMembers().FirstOrDefault(field => Equals(field.ConstantValue, value))
                : null;
            return member?.Name ?? DeclaredOption.Text(InReturnType(value));
        }

        private IEnumerable<IFieldSymbol> EnumMembers() =>
            method.ReturnType.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue);

        /// <summary>
        /// The names of an enum, or the literals of <c>choices: […]</c>; empty where they are computed.
        /// </summary>
        private List<string> Choices()
        {
            if (method.ReturnType.TypeKind == TypeKind.Enum)
                return [.. EnumMembers().Select(field => field.Name)];
            if (!arguments.TryGetValue("choices", out var expression))
                return [];
            IEnumerable<ExpressionSyntax?> elements = expression switch
            {
                CollectionExpressionSyntax list =>
                    list.Elements.Select(e => (e as ExpressionElementSyntax)?.Expression),
                ArrayCreationExpressionSyntax { Initializer: { } list } => list.Expressions,
                ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
                _ => [],
            };
            var names = elements.Select(e => e is null ? null : model.GetConstantValue(e).Value as string).ToArray();
            return names.Contains(null) ? [] : [.. names.OfType<string>()];
        }

        private IComparable? Limit(string parameter, OptionKind kind) =>
            kind is OptionKind.Int32 or OptionKind.Int64 or OptionKind.Single or OptionKind.Double
            && Constant(parameter) is { } value
                ? InReturnType(value) as IComparable
                : null;

        // `Option("rate", 0.1, min: 0)`: the constant 0 is an int, the limit a double.
        private object InReturnType(object value)
        {
            try
            {
                return method.ReturnType.SpecialType switch
                {
                    SpecialType.System_Int32 => Convert.ToInt32(value, CultureInfo.InvariantCulture),
                    SpecialType.System_Int64 => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                    SpecialType.System_Single => Convert.ToSingle(value, CultureInfo.InvariantCulture),
                    SpecialType.System_Double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
                    _ => value,
                };
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
            {
                // The call does not compile, which the compiler reports; here the value is only shown.
                return value;
            }
        }
    }
}
