using SoftmaxScripting.Core;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit;

/// <content>Softmax and log-sum-exp.</content>
public static partial class Identities
{
    private const string Boyd = "Boyd and Vandenberghe 2004, §3.1.5";

    private static Identity[] SoftmaxRows()
    {
        const string Group = "Softmax";
        return
        [
            Row(Group, "entries are in [0, 1]", "definition", z => Everywhere((Softmax(z) >= 0) * (Softmax(z) <= 1)), Any.Logits()),
            Row(Group, "rows sum to 1", "definition", z => Near(Softmax(z).Sum(-1), 1, relative: 1e-11), Any.Logits()),
            Row(Group, "rows sum to 1, entries at −∞ too", "definition", z => Near(Softmax(z).Sum(-1), 1, relative: 1e-11), Any.Logits(masked: true)),
            Row(Group, "an entry at −∞ has probability 0", "definition", z => Everywhere(Equal(z, double.NegativeInfinity) <= Equal(Softmax(z), 0)), Any.Logits(masked: true)),
            Row(Group, "softmax(z + c) = softmax(z)", "Goodfellow et al. 2016, §6.2.2.3", z => Near(Softmax(z + 3), Softmax(z))),
            Row(Group, "two classes: softmax([a, 0])_1 = σ(a)", "Bishop 2006, §4.2", a => Near(Softmax(Concat([a, 0 * a], 1))[.., 0], Sigmoid(a)[.., 0]), Any.Tensor(-1, 1)),
            Row(Group, "two classes: softmax([a, b])_1 = σ(a − b)", "Bishop 2006, §4.2", (a, b) => Near(Softmax(Concat([a, b], 1))[.., 0], Sigmoid(a - b)[.., 0]), Any.Tensor(-1, 1), Any.Tensor(-1, 1)),
            Row(Group, "the largest logit has the largest probability", "definition", z => Near(ArgMax(Softmax(z)).ToDouble(), ArgMax(z).ToDouble())),
            Row(Group, "order is kept: (zᵢ − zⱼ)(pᵢ − pⱼ) ≥ 0", "definition", z => Everywhere((z - Flip(z)) * (Softmax(z) - Flip(Softmax(z))) >= 0)),
            Row(Group, "permuting the classes permutes the result", "definition", z => Near(Softmax(Flip(z)), Flip(Softmax(z)))),
            Row(Group, "permuting the rows permutes the result", "definition", z => Near(Softmax(Transpose(Flip(Transpose(z)))), Transpose(Flip(Transpose(Softmax(z)))))),
            Row(Group, "log softmax = log of softmax, traced", "definition", z => Near(LogSoftmax(z), Traced(z => Log(Softmax(z)))(z)), Any.Logits()),
            Row(Group, "log pᵢ − log pⱼ = zᵢ − zⱼ", "definition", z => Near(LogSoftmax(z) - Flip(LogSoftmax(z)), z - Flip(z), scale: 1e4)),
            Row(Group, "temperature → 0: equal shares of the largest entries", "definition", z => Near(Softmax(Floor(z), temperature: 1e-3), Softmax(1e6 * Equal(Floor(z), Max(Floor(z), -1, true))))),
            Row(Group, "temperature → ∞: 1/n", "definition", z => Near(Softmax(z, temperature: 1e20), 1.0 / z.Shape[-1])),
            Row(Group, "Jacobian = diag(p) − p pᵀ", "Bishop 2006, eq. 4.106", z => Near(Jacobian(z => Softmax(z))(z), Diagonal(Softmax(z)) - Outer(Softmax(z), Softmax(z))), Any.Tensor(-1)),
            Row(Group, "rows of the Jacobian sum to 0", "shift invariance", z => NearZero(Jacobian(z => Softmax(z))(z).Sum(-1)), Any.Tensor(-1)),
            Row(Group, "the Jacobian is symmetric", "diag(p) − p pᵀ", z => Near(Jacobian(z => Softmax(z))(z), Jacobian(z => Softmax(z))(z).T), Any.Tensor(-1)),
            Row(Group, "the Jacobian is positive semidefinite", "a variance", (z, v) => AtMost(0, v.Dot(Jvp(z => Softmax(z), z, v).Tangent)), Any.Tensor(-1), Any.Tensor(-1)),
            Row(Group, "Lipschitz with constant 1", "Gao and Pavel 2017, prop. 4", (a, b) => AtMost(Norm(Softmax(a) - Softmax(b)), Norm(a - b)), Any.Tensor(-1), Any.Tensor(-1)),
        ];
    }

    private static Identity[] LogSumExpRows()
    {
        const string Group = "Log-sum-exp";
        return
        [
            Row(Group, "max ≤ lse", Boyd, z => AtMost(Max(z, -1), LogSumExp(z)), Any.Logits()),
            Row(Group, "lse ≤ max + log n", Boyd, z => AtMost(LogSumExp(z), Max(z, -1) + Math.Log(z.Shape[-1])), Any.Logits()),
            Row(Group, "lse(z + c) = lse(z) + c", "definition", z => Near(LogSumExp(z + 3), LogSumExp(z) + 3)),
            Row(Group, "lse(z, z) = lse(z) + log 2", "definition", z => Near(LogSumExp(Concat([z, z], 1)), LogSumExp(z) + Math.Log(2))),
            Row(Group, "lse(a, b) = max(a, b) + log(1 + exp(−|a − b|))", "definition", (a, b) => Near(LogSumExp(Stack([a, b]), 0), Maximum(a, b) + Log1p(Exp(-Abs(a - b))))),
            Row(Group, "lse is −∞ for a row of −∞", "definition", z => Near(LogSumExp(z + double.NegativeInfinity), double.NegativeInfinity)),
            Row(Group, "T·lse(z/T) is within T·log n of max z", Boyd, z => AllOf(AtMost(Max(z, -1), 1e-3 * LogSumExp(z / 1e-3)), AtMost(1e-3 * LogSumExp(z / 1e-3), Max(z, -1) + 1e-3 * Math.Log(z.Shape[-1])))),
            Row(Group, "softmax is the gradient of lse", "definition", z => Near(Grad((Tensor z) => LogSumExp(z))(z), Softmax(z)), Any.Tensor(-1)),
            Row(Group, "the Hessian of lse is the Jacobian of softmax", "definition", z => Near(Hessian(z => LogSumExp(z))(z), Jacobian(z => Softmax(z))(z)), Any.Tensor(-1)),
            Row(Group, "midpoint convexity", Boyd, (a, b) => AtMost(LogSumExp((a + b) / 2), (LogSumExp(a) + LogSumExp(b)) / 2)),
            Row(Group, "⟨p, z⟩ + H(p) ≤ lse(z) for every distribution p", "Boyd and Vandenberghe 2004, ex. 3.25", (z, p) => AtMost((p * z).Sum(-1) - NegativeEntropy(p), LogSumExp(z)), Any.Logits(), Any.Probabilities(zeros: true)),
            Row(Group, "with equality at p = softmax(z)", "Boyd and Vandenberghe 2004, ex. 3.25", z => Near((Softmax(z) * (z - LogSoftmax(z))).Sum(-1), LogSumExp(z)), Any.Logits()),
        ];
    }
}
