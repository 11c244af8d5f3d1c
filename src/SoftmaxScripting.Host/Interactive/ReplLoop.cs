using System.Diagnostics;
using System.Globalization;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>Reads, evaluates and shows, until there is no more to read.</summary>
/// <param name="context">Where to read and write.</param>
/// <param name="common">The options that every script has.</param>
/// <param name="history">What was entered before.</param>
internal sealed class ReplLoop(HostContext context, CommonOptions common, LineHistory history) : IDisposable
{
    private const string Prompt = "> ";
    private const string Continuation = ". ";
    private const int MostCandidates = 100;
    private const int UsualWidth = 80;

    private readonly HostConsole console = context.Console;
    private readonly ReplSession session = new();
    private volatile EvaluationThread? running;
    private bool isStrict = common.Strict;
    private int? exitCode;
    private int firstFailure;

    /// <summary>Reads from the keyboard, with a prompt, line editing and completion.</summary>
    /// <param name="keys">Makes the keyboard, which is held only while a line is edited.</param>
    /// <returns>The exit code.</returns>
    public int RunInteractively(Func<IKeySource> keys)
    {
        console.Output.WriteLine($"SoftmaxScripting {HostApplication.Version}: C# a line at a time (:help, Ctrl-D leaves).");
        ReplSession.Warm();
        var view = new LineView(console.Output, Prompt, Continuation, text => console.Paint(text, Ink.Strong), Width);
        while (exitCode is null)
        {
            var (end, text) = Read(keys, view);
            if (end == LineEnd.Closed)
                break;
            if (end == LineEnd.Abandoned || text.Trim().Length == 0)
                continue;
            history.Add(text);
            Enter(text);
        }

        return exitCode ?? ExitCodes.Success;
    }

    /// <summary>Reads from standard input: no prompt, results alone.</summary>
    /// <returns>The exit code: that of the first failure where there was one.</returns>
    public int RunPlainly()
    {
        var text = "";
        while (exitCode is null && console.Input.ReadLine() is { } line)
        {
            text += (text.Length > 0 ? "\n" : "") + line;
            if (!IsComplete(text))
                continue;
            Enter(text);
            text = "";
        }

        if (exitCode is null && text.Trim().Length > 0)
            Enter(text);
        return exitCode ?? firstFailure;
    }

    /// <summary>Evaluates what was entered, or carries out a command.</summary>
    /// <param name="text">What was entered.</param>
    public void Enter(string text)
    {
        if (text.TrimStart().StartsWith(':'))
            Carry(text.Trim());
        else if (text.Trim().Length > 0)
            Evaluate(text);
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static bool IsComplete(string text) =>
        text.TrimStart().StartsWith(':') || text.Trim().Length == 0 || ReplSession.IsComplete(text);

    private (LineEnd End, string Text) Read(Func<IKeySource> keys, LineView view)
    {
        var source = keys();
        using (source as IDisposable)
            return new LineEditor(source, view, history, IsComplete, Complete, List).Read();
    }

    private void Carry(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (name, rest) = space < 0 ? (line, "") : (line[..space], line[space..].Trim());
        switch (ReplCommands.Find(name))
        {
            case ReplCommands.Help:
                foreach (var row in ReplCommands.Text())
                    console.Output.WriteLine(row);
                break;
            case ReplCommands.Quit:
                exitCode = firstFailure;
                break;
            case ReplCommands.Reset:
                session.Reset();
                isStrict = common.Strict;
                break;
            case ReplCommands.Variables:
                ShowVariables();
                break;
            case ReplCommands.Explain when rest.Length > 0:
                Evaluate($"Explain({rest.TrimEnd(';')})");
                break;
            case ReplCommands.Time when rest.Length > 0:
                var clock = Stopwatch.StartNew();
                Evaluate(rest);
                console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0.000} s, compiling included"));
                break;
            case ReplCommands.Load when rest.Length > 0:
                Evaluate($"#load \"{rest.Trim('"')}\"");
                break;
            case null:
                Fail(ExitCodes.Usage, $"There is no command {name}{DidYouMean.Suffix(name, ReplCommands.Names)}; :help lists those there are.");
                break;
            default:
                Fail(ExitCodes.Usage, $"{name} needs something to work on; :help shows how it is used.");
                break;
        }
    }

    private void Fail(int code, string message)
    {
        console.WriteError(message);
        Note(code);
    }

    private void Note(int code) => firstFailure = firstFailure == ExitCodes.Success ? code : firstFailure;

    private void Evaluate(string text)
    {
        var thread = new EvaluationThread();
        running = thread;
        context.Interruption?.Divert(thread.Stop);
        try
        {
            var script = new ScriptSession
            {
                Cancellation = thread.Token,
                Threads = common.Threads,
                DataDirectory = common.DataDirectory,
                IsHosted = true,
                IsStrict = isStrict,
            };
            using var current = ScriptSession.Begin(script);
            CheckSession.Clear();
            var ended = thread.Run(token => session.Evaluate(text, token), out var evaluation);

            // `Strict()` holds for what is entered later, too.
            isStrict = NumericalTrust.IsStrict;
            exitCode = script.RequestedExitCode;
            if (exitCode is not null)
                return;
            if (!ended || thread.Token.IsCancellationRequested && evaluation?.Failure is OperationCanceledException)
            {
                console.Error.WriteLine("Cancelled.");
                Note(ExitCodes.Cancelled);
            }
            else if (evaluation is not null)
            {
                Show(evaluation);
            }
        }
        finally
        {
            context.Interruption?.Divert(() => running?.Stop());
        }
    }

    private void Show(Evaluation evaluation)
    {
        MessagePrinter.Print(console, evaluation.Messages, session.Outline);
        if (evaluation.Failure is { } failure)
        {
            var cause = ExceptionPrinter.Unwrap(failure);
            new ExceptionPrinter(console, session.Outline).Print(cause);
            Note(ScriptRunner.ExitCodeOf(cause));
        }
        else if (!evaluation.Succeeded)
        {
            Note(ExitCodes.Failed);
        }
        else if (ValueText.Of(evaluation.Value, evaluation.IsCall) is { } text)
        {
            console.Output.WriteLine(text);
        }
    }

    private void ShowVariables()
    {
        var rows = session.Variables.Select(variable => new[] { variable.Name, Shown(variable.Value) }).ToArray();
        if (rows.Length == 0)
            console.Output.WriteLine("There are no variables yet.");
        foreach (var line in TextColumns.Lines(rows))
            console.Output.WriteLine(line.Length <= Width() ? line : line[..(Width() - 1)] + "…");
    }

    private static string Shown(object? value) => value switch
    {
        Tensor tensor => $"Tensor {tensor.Shape} {tensor.DType}",
        _ => (ValueText.Of(value, isCall: false) ?? "null").Split('\n')[0],
    };

    private CompletionSet Complete(string text, int cursor)
    {
        if (!text.TrimStart().StartsWith(':'))
            return session.Complete(text, cursor);
        var start = text.IndexOf(':', StringComparison.Ordinal);
        var word = text[start..cursor];
        var space = word.LastIndexOf(' ');
        if (space < 0)
            return new CompletionSet(start, [.. ReplCommands.Names.Where(name => name.StartsWith(word, StringComparison.Ordinal))]);

        // Behind the command stands C#.
        var code = text[(start + space + 1)..];
        var found = session.Complete(code, cursor - (start + space + 1));
        return found with { Start = found.Start + start + space + 1 };
    }

    private void List(IReadOnlyList<string> candidates)
    {
        var shown = candidates.Take(MostCandidates).ToArray();
        var cell = shown.Max(name => name.Length) + 2;
        var columns = Math.Max(1, Width() / cell);
        var rows = (shown.Length + columns - 1) / columns;
        for (var row = 0; row < rows; row++)
        {
            console.Output.WriteLine(string.Concat(Enumerable.Range(0, columns)
                .Select(column => column * rows + row)
                .Where(index => index < shown.Length)
                .Select(index => shown[index].PadRight(cell))).TrimEnd());
        }

        if (candidates.Count > shown.Length)
            console.Output.WriteLine($"… and {candidates.Count - shown.Length} more");
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
