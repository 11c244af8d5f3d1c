using System.CommandLine;

namespace SoftmaxScripting.Host.Commands;

/// <summary>One command of the host: its name, its line of help, its arguments, and what it does.</summary>
/// <param name="name">What is typed.</param>
/// <param name="usage">What follows the name, for instance <c>FILE [options]</c>.</param>
/// <param name="summary">One line for <c>--help</c>.</param>
internal abstract class HostCommand(string name, string usage, string summary)
{
    /// <summary>What is typed.</summary>
    public string Name { get; } = name;

    /// <summary>What follows the name.</summary>
    public string Usage { get; } = usage;

    /// <summary>One line for <c>--help</c>.</summary>
    public string Summary { get; } = summary;

    /// <summary>Whether the command is for the host itself, and not for people.</summary>
    public virtual bool IsHidden => false;

    /// <summary>The command for the parser, with its arguments, options and action.</summary>
    public abstract Command Build();
}
