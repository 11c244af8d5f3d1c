using System.Diagnostics;
using System.Reflection;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>
/// Reports an exception of a script: the message first, then only the frames in the script's own files, the topmost
/// with its line of source.
/// </summary>
/// <param name="console">Where to write.</param>
/// <param name="outline">The script.</param>
internal sealed class ExceptionPrinter(HostConsole console, ScriptOutline outline)
{
    private const int MostFrames = 12;
    private const int MostCauses = 3;

    /// <summary>
    /// The exception a person should read about: wrappers of reflection, tasks and static fields taken off.
    /// </summary>
    /// <param name="exception">What was caught.</param>
    public static Exception Unwrap(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException
            && exception.InnerException is { } inner
            && exception is not AggregateException { InnerExceptions.Count: > 1 })
        {
            exception = inner;
        }

        return exception;
    }

    /// <summary>Writes the report.</summary>
    /// <param name="exception">The exception, unwrapped.</param>
    public void Print(Exception exception)
    {
        if (exception is AggregateException several)
        {
            var causes = several.Flatten().InnerExceptions;
            console.Error.WriteLine(console.Paint($"{causes.Count} tasks failed:", Ink.Error));
            foreach (var cause in causes.Take(MostCauses))
                PrintChain(Unwrap(cause));
            if (causes.Count > MostCauses)
                console.Error.WriteLine($"and {causes.Count - MostCauses} more");
            return;
        }

        PrintChain(exception);
    }

    private void PrintChain(Exception exception)
    {
        PrintOne(exception, "");
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            inner = Unwrap(inner);
            PrintOne(inner, "caused by ");
        }
    }

    private void PrintOne(Exception exception, string prefix)
    {
        var message = exception is SoftmaxException
            ? exception.Message
            : $"{exception.GetType().Name.Split('`')[0]}: {exception.Message}";
        console.Error.WriteLine(prefix + console.Paint(message, Ink.Error));

        // A wrong command line is mended there, not in the script.
        if (exception is not UsageException)
            PrintFrames(exception);
    }

    private void PrintFrames(Exception exception)
    {
        var site = (exception as SoftmaxException)?.Site is { } known && outline.Texts.ContainsKey(known.File) ? known : null;
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames()
            .Where(frame => frame.GetFileName() is { } file && outline.Texts.ContainsKey(file))
            .Select(frame => new CallSite(
                frame.GetFileName()!, frame.GetFileLineNumber(), frame.GetFileColumnNumber(), frame.GetMethod()))
            .ToArray();

        // The place an error is about comes before the place that ran, unless they are one.
        CallSite[] places = site is null || frames is [var first, ..] && (first.File, first.Line) == (site.File, site.Line)
            ? frames
            : [site, .. frames];
        foreach (var (index, place) in places.Take(MostFrames).Index())
        {
            console.Error.WriteLine($"  {outline.Source.Show(place.File)}({place.Line}): {FrameName.Describe(place.Method)}");
            if (index == 0)
                SourceExcerpt.Write(console, outline.Texts[place.File], place.Line, place.Column, length: 1);
        }

        if (places.Length > MostFrames)
            console.Error.WriteLine($"  and {places.Length - MostFrames} calls further out");
    }
}
