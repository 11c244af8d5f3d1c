namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    /// <summary>
    /// Keeps a figure that the script has come to with its run, beside those of the trainings: <c>runs show</c> and
    /// <c>runs compare</c> show it, and <c>sweep --metric NAME</c> ranks by it. Nothing happens where runs are not recorded.
    /// </summary>
    /// <param name="name">What the figure is called.</param>
    /// <param name="value">The figure.</param>
    /// <example><code>RecordFigure("top probability", Softmax(logits).Max(1).Mean().Item());</code></example>
    public static void RecordFigure(string name, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ScriptSession.Current.Recorder?.Figure(name, value);
    }
}
