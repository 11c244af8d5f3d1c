using System.Runtime.InteropServices;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Writes rows one after another into a <c>.npy</c> file that is never held in memory, for
/// <see cref="Samples.Stream"/> (and for NumPy). The file gets its name when it is complete; until then, and where
/// <see cref="Complete"/> is never called, only <c>.partial</c> is there.
/// </summary>
/// <example><code>
/// using var images = RowWriter.Bytes("train-images.npy", 28, 28);
/// foreach (var picture in pictures) images.Add(picture);
/// images.Complete();
/// </code></example>
public sealed class RowWriter : IDisposable
{
    private readonly string path;
    private readonly FileNumber number;
    private readonly int[] rowShape;
    private readonly int rowSize;
    private FileStream? file;

    private RowWriter(string path, FileNumber number, int[] rowShape)
    {
        this.path = Path.GetFullPath(path);
        this.number = number;
        this.rowShape = rowShape;
        rowSize = rowShape.Aggregate(1, (product, size) => product * size);
        Directory.CreateDirectory(Path.GetDirectoryName(this.path)!);
        Guarded(() =>
        {
            file = new FileStream(this.path + ".partial", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            file.Write(RowFile.NumPyHeader(number, 0, rowShape));
        });
    }

    /// <summary>Rows written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Rows of bytes, such as images: a row of shape [] is one byte.</summary>
    /// <param name="path">The file to be.</param>
    /// <param name="rowShape">The sizes of one row.</param>
    /// <exception cref="DataException">The file cannot be made.</exception>
    public static RowWriter Bytes(string path, params int[] rowShape) => new(path, FileNumber.UInt8, rowShape);

    /// <summary>Rows of float32 numbers.</summary>
    /// <param name="path">The file to be.</param>
    /// <param name="rowShape">The sizes of one row.</param>
    /// <exception cref="DataException">The file cannot be made.</exception>
    public static RowWriter Floats(string path, params int[] rowShape) => new(path, FileNumber.Float32, rowShape);

    /// <summary>Class labels, one (int32) for each row.</summary>
    /// <param name="path">The file to be.</param>
    /// <exception cref="DataException">The file cannot be made.</exception>
    public static RowWriter Labels(string path) => new(path, FileNumber.Int32, []);

    /// <summary>Adds a row, or several neighbouring ones, of bytes.</summary>
    /// <param name="rows">A whole number of rows.</param>
    /// <exception cref="DataException">The file holds other numbers, these are no whole rows, or the disk is full.</exception>
    public void Add(ReadOnlySpan<byte> rows) => Write(FileNumber.UInt8, rows.Length, rows);

    /// <summary>Adds a row, or several neighbouring ones, of float32 numbers.</summary>
    /// <param name="rows">A whole number of rows.</param>
    /// <exception cref="DataException">The file holds other numbers, these are no whole rows, or the disk is full.</exception>
    public void Add(ReadOnlySpan<float> rows) => Write(FileNumber.Float32, rows.Length, MemoryMarshal.AsBytes(rows));

    /// <summary>Adds labels.</summary>
    /// <param name="labels">One for each row.</param>
    /// <exception cref="DataException">The file holds other numbers, or the disk is full.</exception>
    public void Add(params ReadOnlySpan<int> labels) => Write(FileNumber.Int32, labels.Length, MemoryMarshal.AsBytes(labels));

    /// <summary>Writes the number of rows into the header, makes sure that all is on disk, and gives the file its name.</summary>
    /// <exception cref="DataException">The disk is full, or the file cannot be renamed.</exception>
    public void Complete() => Guarded(() =>
    {
        file!.Position = 0;
        file.Write(RowFile.NumPyHeader(number, Count, rowShape));
        file.Flush(flushToDisk: true);
        file.Dispose();
        file = null;
        File.Move(path + ".partial", path, overwrite: true);
    });

    /// <summary>Closes the file; one that is not complete is removed.</summary>
    public void Dispose()
    {
        if (file is null)
            return;
        file.Dispose();
        file = null;
        File.Delete(path + ".partial");
    }

    private void Write(FileNumber given, int numbers, ReadOnlySpan<byte> bytes)
    {
        if (file is null)
            throw new DataException($"{Path.GetFileName(path)}: it is complete already; no row can be added.");
        if (given != number)
            throw new DataException($"{Path.GetFileName(path)} holds {number} numbers; {given} ones cannot be added.");
        if (numbers % rowSize != 0)
            throw new DataException(
                $"{Path.GetFileName(path)}: {numbers} numbers are no whole number of rows [{string.Join(", ", rowShape)}] of {rowSize} each.");
        try
        {
            file.Write(bytes);
        }
        catch (IOException error)
        {
            throw Unwritable(error);
        }

        Count += numbers / rowSize;
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    private DataException Unwritable(Exception error) =>
        new($"{Path.GetFileName(path)}: {path} cannot be written: {error.Message}");
}
