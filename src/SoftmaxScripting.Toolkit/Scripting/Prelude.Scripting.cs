using System.Diagnostics.CodeAnalysis;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What a script sees without a prefix.</summary>
public static partial class Prelude
{
    /// <summary>The plain arguments of the script: what follows a lone <c>--</c> on its command line.</summary>
    public static string[] Args => [.. ScriptSession.Current.Given.Rest];

    /// <summary>
    /// Cancelled by the first Ctrl-C. Pass it on, or look at it in a long loop, and end in good order.
    /// </summary>
    public static CancellationToken Cancellation => ScriptSession.Current.Cancellation;

    /// <summary>
    /// An option of the script: the value of <c>--name</c> on the command line, else the default. Read in the invariant
    /// culture. A <c>bool</c> is also given as <c>--name</c> alone or as <c>--no-name</c>, an enum by its member's name
    /// in any letter case.
    /// </summary>
    /// <typeparam name="T">int, long, float, double, bool or an enum.</typeparam>
    /// <param name="name">
    /// The name without dashes: a literal, so that <c>--help</c> and the check for slips know it.
    /// </param>
    /// <param name="defaultValue">The value when the option is not given.</param>
    /// <param name="help">One line for <c>--help</c>.</param>
    /// <param name="min">The smallest value allowed.</param>
    /// <param name="max">The largest value allowed.</param>
    /// <exception cref="UsageException">The value given is no <typeparamref name="T"/>, or out of range.</exception>
    /// <exception cref="SoftmaxException">The name, the type or the default cannot be used.</exception>
    /// <example><code>var epochs = Option("epochs", 5, "passes over the data", min: 1);</code></example>
    public static T Option<T>(string name, T defaultValue, string help = "", T? min = null, T? max = null)
        where T : struct
    {
        var option = new DeclaredOption(name, KindOf<T>(name), DeclaredOption.Text(defaultValue), help)
        {
            Choices = typeof(T).IsEnum ? Enum.GetNames(typeof(T)) : [],
            Minimum = min as object as IComparable,
            Maximum = max as object as IComparable,
        };
        if (!OptionReader.IsInRange(option, defaultValue))
        {
            throw new SoftmaxException(
                $"Option \"{name}\": the default {option.DefaultText} is out of range; it must be {option.Range}.");
        }

        return (T)Ask(option, defaultValue, found => typeof(T).IsEnum ? Enum.Parse<T>((string)found) : found);
    }

    /// <summary>A text option of the script, free or one of a list of choices.</summary>
    /// <param name="name">
    /// The name without dashes: a literal, so that <c>--help</c> and the check for slips know it.
    /// </param>
    /// <param name="defaultValue">The text when the option is not given.</param>
    /// <param name="help">One line for <c>--help</c>.</param>
    /// <param name="choices">The texts allowed, compared in any letter case; null allows every text.</param>
    /// <exception cref="UsageException">The text given is not one of the choices.</exception>
    /// <exception cref="SoftmaxException">
    /// The name cannot be used, or the default is not one of the choices.
    /// </exception>
    /// <example><code>var loss = Option("loss", "huber", "what is minimised", ["huber", "squared"]);</code></example>
    public static string Option(string name, string defaultValue, string help = "", string[]? choices = null)
    {
        if (choices is not null && !choices.Contains(defaultValue))
        {
            throw new SoftmaxException(
                $"Option \"{name}\": the default \"{defaultValue}\" is not one of {string.Join(", ", choices)}.");
        }

        var option = new DeclaredOption(name, choices is null ? OptionKind.Text : OptionKind.Choice, defaultValue, help)
        {
            Choices = choices ?? [],
        };
        return (string)Ask(option, defaultValue, found => found);
    }

    /// <summary>
    /// From here on, stops at the operation that makes NaN or an infinity out of finite numbers, as <c>--strict</c> does
    /// for a whole script (<see cref="NumericalTrust.IsStrict"/>).
    /// </summary>
    /// <param name="on">False ends it.</param>
    public static void Strict(bool on = true) => NumericalTrust.IsStrict = on;

    /// <summary>Ends the script here with an exit code; in a program without a host, ends the program.</summary>
    /// <param name="code">0 for success; 1 to 255 for whatever the script means by it.</param>
    [DoesNotReturn]
    public static void Exit(int code = 0)
    {
        var session = ScriptSession.Current;
        session.RequestExit(code);
        if (!session.IsHosted)
            Environment.Exit(code);
        throw new ScriptExitException(code);
    }

    private static object Ask(DeclaredOption option, object defaultValue, Func<object, object> convert)
    {
        if (option.Name.Length == 0 || option.Name[0] == '-' || option.Name.Any(c => char.IsWhiteSpace(c) || c == '='))
        {
            throw new SoftmaxException(
                $"Option \"{option.Name}\": a name is written without leading dashes, spaces and '='.");
        }

        if (ScriptSession.ReservedOptions.Contains(option.Name))
        {
            throw new SoftmaxException(
                $"Option \"{option.Name}\": --{option.Name} means the same in every script; choose another name.");
        }

        var session = ScriptSession.Current;
        var value = OptionReader.Find(option, session.Given) is { } found ? convert(found) : defaultValue;
        session.Record(option.Name, value);
        return value;
    }

    private static OptionKind KindOf<T>(string name) => default(T) switch
    {
        int => OptionKind.Int32,
        long => OptionKind.Int64,
        float => OptionKind.Single,
        double => OptionKind.Double,
        bool => OptionKind.Flag,
        Enum => OptionKind.Choice,
        _ => throw new SoftmaxException(
            $"Option \"{name}\": an option is an int, long, float, double, bool, string or enum, "
            + $"not a {typeof(T).Name}."),
    };
}
