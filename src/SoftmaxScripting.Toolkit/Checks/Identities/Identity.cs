using System.Text;
using FsCheck;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>One identity of the catalogue: what holds, where it is stated, and the property that tries it.</summary>
public sealed class Identity
{
    private readonly Delegate function;
    private readonly Func<Tensor[], Claim> property;
    private readonly Arbitrary<Tensor>[] inputs;

    /// <summary>An identity of some tensors.</summary>
    /// <param name="group">What it is about.</param>
    /// <param name="name">The identity in words or signs.</param>
    /// <param name="source">Where it is stated.</param>
    /// <param name="code">The property's text.</param>
    /// <param name="function">The property as it was written, for the names of its arguments.</param>
    /// <param name="property">The property.</param>
    /// <param name="inputs">Where each argument comes from.</param>
    internal Identity(
        string group,
        string name,
        string source,
        string code,
        Delegate function,
        Func<Tensor[], Claim> property,
        Arbitrary<Tensor>[] inputs)
    {
        (Group, Name, Source, Code) = (group, name, source, OnOneLine(code));
        (this.function, this.property, this.inputs) = (function, property, inputs);
    }

    /// <summary>What it is about: softmax, losses, ….</summary>
    public string Group { get; }

    /// <summary>The identity in words or signs.</summary>
    public string Name { get; }

    /// <summary>Where it is stated; "definition" where it follows from one in a line.</summary>
    public string Source { get; }

    /// <summary>The property as code.</summary>
    public string Code { get; }

    /// <summary>Tries it on random inputs, in float64; the result is printed and remembered as any property's.</summary>
    /// <param name="cases">How many inputs.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <exception cref="SoftmaxException">The number of cases is below 1.</exception>
    public CheckResult Try(int cases = 100, ulong seed = Toolkit.Check.DefaultSeed)
    {
        Toolkit.Check.RequireCases("Identity.Try", cases);
        var check = new PropertyCheck(
            Name, Toolkit.Check.ParameterNames(function), new TensorInputs(inputs), property);
        return CheckSession.Run(Name, cases, seed, (count, start) => check.Run(count, start));
    }

    /// <summary><c>softmax(z + c) = softmax(z)   (definition)</c>.</summary>
    public override string ToString() => $"{Name}   ({Source})";

    /// <summary>Code with its line breaks taken out.</summary>
    private static string OnOneLine(string code)
    {
        var text = new StringBuilder();
        foreach (var line in code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (text.Length > 0 && text[^1] is not '(' && line[0] is not ')')
                text.Append(' ');
            text.Append(line);
        }

        return text.ToString();
    }
}
