using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What reading and writing of arrays in files has in common.</summary>
internal static class ExchangeFile
{
    /// <summary>Reads a file; whatever is wrong with it becomes one message.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it should be, for messages: <c>.npy file</c>.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="FileException">The file is missing, cannot be read, or is not of the format.</exception>
    public static T Read<T>(string path, string format, Func<FileStream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return stream.CanSeek
                ? read(stream)
                : throw new FileException(path, $"{path} is a pipe or a device; copy its content to a file first.");
        }
        catch (Exception exception) when (exception is MalformedException or InvalidDataException)
        {
            throw new FileException(path, $"{path} is no sound {format}: {exception.Message.TrimEnd('.')}.");
        }
        catch (EndOfStreamException)
        {
            throw new FileException(path, $"{path} is no sound {format}: it ends too soon (is it truncated?).");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileException(path, FileProblem.Reading(path, exception));
        }
    }

    /// <summary>The elements of a tensor as they stand in memory: row-major, least significant byte first.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">What it is called, for the message.</param>
    /// <exception cref="SoftmaxException">The tensor has no numbers yet.</exception>
    public static ReadOnlySpan<byte> Elements(Tensor tensor, string name) => tensor.IsTraced
        ? throw new SoftmaxException(
            $"{name} is a formula inside a transformation and has no numbers to be written; write it outside Grad, Train and their kin.")
        : tensor.Storage.Memory.Span;
}
