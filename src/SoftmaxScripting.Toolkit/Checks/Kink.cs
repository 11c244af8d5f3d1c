namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A place where a function has no derivative because the slopes on its two sides differ. What the gradient gives there
/// is a convention, which no difference can prove right or wrong.
/// </summary>
/// <param name="Argument">The argument's name.</param>
/// <param name="Index">The element of the argument.</param>
/// <param name="Order">1 for a kink of the function, 2 for one of its gradient.</param>
/// <param name="At">The value of the element.</param>
/// <param name="Left">The slope on the left.</param>
/// <param name="Right">The slope on the right.</param>
/// <param name="Gradient">What differentiation gives there.</param>
public sealed record Kink(
    string Argument, IReadOnlyList<int> Index, int Order, double At, double Left, double Right, double Gradient)
{
    /// <summary><c>prediction[0, 1] = 0.5 (slopes -1 and 1, gradient 0)</c>.</summary>
    public override string ToString()
    {
        var slopes = Order == 1 ? "slopes" : "slopes of the gradient";
        var gradient = Order == 1 ? "gradient" : "second derivative";
        return $"{TensorText.Element(Argument, Index)} = {TensorText.Rounded(At)} ({slopes} {TensorText.Rounded(Left)} "
            + $"and {TensorText.Rounded(Right)}, {gradient} {TensorText.Rounded(Gradient)})";
    }
}
