using System.Text;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>The console and the list of results are the whole process's: these tests run by themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChecksAlone
{
    public const string Name = "checks";
}

/// <summary>A fresh list of results, and what checks print while it lives.</summary>
internal sealed class CheckRun : IDisposable
{
    private readonly TextWriter _before = Console.Out;
    private readonly MemoryStream _bytes = new();
    private readonly StreamWriter _writer;

    public CheckRun(Encoding? encoding = null)
    {
        CheckSession.Clear();
        _writer = new StreamWriter(_bytes, encoding ?? new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        Console.SetOut(_writer);
    }

    public string Printed => _writer.Encoding.GetString(_bytes.ToArray());

    public void Dispose()
    {
        Console.SetOut(_before);
        CheckSession.Clear();
        _writer.Dispose();
    }
}
