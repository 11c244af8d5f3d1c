using SoftmaxScripting.Core;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit;

/// <content>Functions of one number, matrices and backpropagation.</content>
public static partial class Identities
{
    private const string Rumelhart = "Rumelhart, Hinton and Williams 1986";

    private static Identity[] FunctionRows()
    {
        const string Group = "Functions";
        return
        [
            Row(Group, "tanh x = 2σ(2x) − 1", "definition", x => Near(Tanh(x), 2 * Sigmoid(2 * x) - 1)),
            Row(Group, "σ(−x) = 1 − σ(x)", "definition", x => Near(Sigmoid(-x), 1 - Sigmoid(x))),
            Row(Group, "σ' = σ(1 − σ)", "Bishop 2006, eq. 4.88", x => Near(Grad((Tensor x) => Sum(Sigmoid(x)))(x), Sigmoid(x) * (1 - Sigmoid(x)))),
            Row(Group, "tanh' = 1 − tanh²", "definition", x => Near(Grad((Tensor x) => Sum(Tanh(x)))(x), 1 - Tanh(x) * Tanh(x))),
            Row(Group, "softplus' = σ", "definition", x => Near(Grad((Tensor x) => Sum(Softplus(x)))(x), Sigmoid(x))),
            Row(Group, "softplus(x) − softplus(−x) = x", "definition", x => Near(Softplus(x) - Softplus(-x), x)),
            Row(Group, "log σ(x) = −softplus(−x), traced", "definition", x => Near(Traced(x => Log(Sigmoid(x)))(x), -Softplus(-x))),
            Row(Group, "log(1 + x) undoes eˣ − 1", "definition", x => Near(Log1p(Expm1(Clamp(x, -5, 5))), Clamp(x, -5, 5))),
            Row(Group, "sin² + cos² = 1", "Pythagoras", x => Near(Sin(x) * Sin(x) + Cos(x) * Cos(x), 1)),
        ];
    }

    private static Identity[] MatrixRows()
    {
        const string Group = "Matrices and backpropagation";
        return
        [
            Row(Group, "∂ tr(A X B X)/∂X = Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ", "Petersen and Pedersen 2012, §2.5", (a, b, x) => Near(Grad((Tensor x) => Trace(a.MatMul(x).MatMul(b).MatMul(x)))(x), a.T.MatMul(x.T).MatMul(b.T) + b.T.MatMul(x.T).MatMul(a.T), scale: 1e3), Any.Moderate(3, 3), Any.Moderate(3, 3), Any.Moderate(3, 3)),
            Row(Group, "∇(xᵀ A x) = 2 A x for symmetric A", "Petersen and Pedersen 2012, §2.4", (a, x) => Near(Grad((Tensor x) => x.Dot(a.MatMul(x)))(x), 2 * a.MatMul(x), scale: 1e3), Any.PositiveDefinite(4), Any.Moderate(4)),
            Row(Group, "(A B)ᵀ = Bᵀ Aᵀ", "definition", (a, b) => Near(a.MatMul(b).T, b.T.MatMul(a.T), scale: 1e3), Any.Moderate(3, 4), Any.Moderate(4, 3)),
            Row(Group, "a Hessian is symmetric", "Schwarz", x => Near(Hessian(Example)(x), Hessian(Example)(x).T, scale: 1e3), Any.Tensor(-1)),
            Row(Group, "a Hessian-vector product is the Hessian times the vector", "definition", (x, v) => Near(HessianVector(Example)(x, v), Hessian(Example)(x).MatMul(v), scale: 1e3), Any.Tensor(4), Any.Moderate(4)),
            Row(Group, "⟨u, J v⟩ = ⟨Jᵀ u, v⟩", "definition", (x, u, v) => Near(u.Dot(Jvp(x => Softmax(x), x, v).Tangent), Vjp(x => Softmax(x), x, u).Gradient.Dot(v), scale: 1e3), Any.Tensor(4), Any.Moderate(4), Any.Moderate(4)),
            Row(Group, "output δ = (a − y) ⊙ σ'(z) = ∂L/∂b", Rumelhart, (w, a, y) => Near(Grad((Tensor b) => OneLayer(w, a, b, y))(0 * y), Delta(w, a, y)), Any.Moderate(3, 4), Any.Moderate(4), Any.Moderate(3)),
            Row(Group, "∂L/∂W = δ aᵀ", Rumelhart, (w, a, y) => Near(Grad((Tensor w) => OneLayer(w, a, 0 * y, y))(w), Outer(Delta(w, a, y), a)), Any.Moderate(3, 4), Any.Moderate(4), Any.Moderate(3)),
            Row(Group, "hidden δ = (Wᵀ δ) ⊙ σ'(z)", Rumelhart, (w, z, y) => Near(Grad((Tensor z) => OneLayer(w, Sigmoid(z), 0 * y, y))(z), w.T.MatMul(Delta(w, Sigmoid(z), y)) * Sigmoid(z) * (1 - Sigmoid(z))), Any.Moderate(3, 4), Any.Moderate(4), Any.Moderate(3)),
        ];
    }

    /// <summary>½‖σ(W a + b) − y‖².</summary>
    private static Tensor OneLayer(Tensor w, Tensor a, Tensor b, Tensor y) =>
        Loss.L2(Sigmoid(w.MatMul(a) + b), y, Reduction.Sum);

    /// <summary>The δ of that layer at b = 0.</summary>
    private static Tensor Delta(Tensor w, Tensor a, Tensor y)
    {
        var output = Sigmoid(w.MatMul(a));
        return (output - y) * output * (1 - output);
    }

    /// <summary>A smooth function without symmetries.</summary>
    private static Tensor Example(Tensor x) => Exp(Sin(x)).Sum() * Sigmoid(x).Sum();
}
