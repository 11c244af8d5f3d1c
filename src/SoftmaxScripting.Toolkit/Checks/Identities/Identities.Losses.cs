using SoftmaxScripting.Core;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit;

/// <content>Losses.</content>
public static partial class Identities
{
    private const string Cover = "Cover and Thomas 2006, theorem 2.6.3";

    private static Identity[] CrossEntropyRows()
    {
        const string Group = "Cross-entropy";
        return
        [
            Row(Group, "gradient = (softmax − y)/n", "Bishop 2006, eq. 4.109", (z, y) => Near(Grad((Tensor z) => Loss.CrossEntropy(z, y))(z), (Softmax(z) - y) / z.Shape[0]), null, Any.SoftTargets()),
            Row(Group, "each row of the gradient sums to 0", "shift invariance", (z, y) => NearZero(Grad((Tensor z) => Loss.CrossEntropy(z, y))(z).Sum(1)), null, Any.SoftTargets()),
            Row(Group, "Hessian of a row = diag(p) − p pᵀ", "Bishop 2006, eq. 4.110", (z, y) => Near(Hessian(z => Loss.CrossEntropy(z.Reshape(1, -1), y))(z), Diagonal(Softmax(z)) - Outer(Softmax(z), Softmax(z))), Any.Tensor(4), Any.SoftTargets(1, 4)),
            Row(Group, "unchanged by z + c", "shift invariance", (z, y) => Near(Loss.CrossEntropy(z + 3, y), Loss.CrossEntropy(z, y)), null, Any.SoftTargets()),
            Row(Group, "midpoint convexity in the logits", Boyd, (a, b, y) => AtMost(Loss.CrossEntropy((a + b) / 2, y), (Loss.CrossEntropy(a, y) + Loss.CrossEntropy(b, y)) / 2), null, null, Any.SoftTargets()),
            Row(Group, "linear in the target", "definition", (z, y, t) => Near(Loss.CrossEntropy(z, (y + t) / 2), (Loss.CrossEntropy(z, y) + Loss.CrossEntropy(z, t)) / 2), null, Any.SoftTargets(), Any.SoftTargets()),
            Row(Group, "one-hot targets are labels", "definition", (z, y) => Near(Loss.CrossEntropy(z, OneHot(y, z.Shape[1])), Loss.CrossEntropy(z, y)), Any.Logits(), Any.Labels()),
            Row(Group, "NLL of log softmax", "definition", (z, y) => Near(Loss.Nll(LogSoftmax(z), y), Loss.CrossEntropy(z, y)), Any.Logits(), Any.Labels()),
            Row(Group, "= lse(z) − ⟨y, z⟩", "definition", (z, y) => Near(Loss.CrossEntropy(z, y, reduction: Reduction.None), LogSumExp(z) - (y * z).Sum(-1), scale: 1e4), Any.Logits(), Any.SoftTargets()),
            Row(Group, "smoothing ε is the target (1 − ε)·y + ε/K", "Szegedy et al. 2016, §7", (z, y) => Near(Loss.CrossEntropy(z, y, 0.1), Loss.CrossEntropy(z, 0.9 * OneHot(y, z.Shape[1]).ToDouble() + 0.1 / z.Shape[1])), Any.Logits(), Any.Labels()),
            Row(Group, "two classes: BCE of the difference of the logits", "Bishop 2006, §4.3.2", (z, y) => Near(Loss.CrossEntropy(z, y), Loss.BceWithLogits(z[.., 0] - z[.., 1], y[.., 0])), Any.Logits(classes: 2), Any.SoftTargets(classes: 2)),
            Row(Group, "Gibbs: H(p) ≤ H(p, q)", Cover, (p, q) => AtMost(-(p * Log(p)).Sum(-1), -(p * Log(q)).Sum(-1)), Any.Probabilities(), Any.Probabilities()),
            Row(Group, "Gibbs, with logits", Cover, (z, y) => AtMost(-NegativeEntropy(y), Loss.CrossEntropy(z, y, reduction: Reduction.None)), Any.Logits(), Any.SoftTargets()),
            Row(Group, "stationary at z = log y", Cover, y => NearZero(Grad((Tensor z) => Loss.CrossEntropy(z, y))(Log(y))), Any.Probabilities()),
            Row(Group, "H(p, q) = H(p) + KL(p‖q)", "definition", (p, q) => Near(Loss.CrossEntropy(Log(q), p, reduction: Reduction.None), -NegativeEntropy(p) + Divergence(p, q)), Any.Probabilities(), Any.Probabilities()),
            Row(Group, "KL(p‖q) ≥ 0", Cover, (p, q) => AtMost(0, Divergence(p, q)), Any.Probabilities(), Any.Probabilities()),
            Row(Group, "KL(p‖p) = 0", Cover, p => NearZero(Divergence(p, p)), Any.Probabilities()),
            Row(Group, "Pinsker: ½‖p − q‖₁² ≤ KL(p‖q)", "Cover and Thomas 2006, lemma 11.6.1", (p, q) => AtMost(0.5 * Abs(p - q).Sum(-1) * Abs(p - q).Sum(-1), Divergence(p, q)), Any.Probabilities(), Any.Probabilities()),
            Row(Group, "Jensen–Shannon ≤ log 2", "Lin 1991", (p, q) => AtMost((Divergence(p, (p + q) / 2) + Divergence(q, (p + q) / 2)) / 2, Math.Log(2)), Any.Probabilities(), Any.Probabilities()),
        ];
    }

    private static Identity[] LossRows()
    {
        const string Group = "Other losses";
        return
        [
            Row(Group, "Huber ≤ ½r²", "Huber 1964", (p, t) => AtMost(Loss.Huber(p, t, reduction: Reduction.None), 0.5 * (p - t) * (p - t))),
            Row(Group, "Huber ≤ δ|r|", "Huber 1964", (p, t) => AtMost(Loss.Huber(p, t, 0.7, Reduction.None), 0.7 * Abs(p - t))),
            Row(Group, "δ|r| − ½δ² ≤ Huber", "Huber 1964", (p, t) => AtMost(0.7 * Abs(p - t) - 0.245, Loss.Huber(p, t, 0.7, Reduction.None))),
            Row(Group, "Huber's gradient = clamp(r, −δ, δ)", "Huber 1964", (p, t) => Near(Grad((Tensor p) => Loss.Huber(p, t, 0.7, Reduction.Sum))(p), Clamp(p - t, -0.7, 0.7))),
            Row(Group, "Huber with a large δ is L2", "Huber 1964", (p, t) => Near(Loss.Huber(p, t, 1e5), Loss.L2(p, t))),
            Row(Group, "L2's gradient = r", "definition", (p, t) => Near(Grad((Tensor p) => Loss.L2(p, t, Reduction.Sum))(p), p - t)),
            Row(Group, "L1's gradient = sign(r)", "definition", (p, t) => Near(Grad((Tensor p) => Loss.L1(p, t, Reduction.Sum))(p), Sign(p - t))),
            Row(Group, "MSE = 2·L2", "definition", (p, t) => Near(Loss.Mse(p, t), 2 * Loss.L2(p, t))),
            Row(Group, "MSE's gradient = 2r/n", "definition", (p, t) => Near(Grad((Tensor p) => Loss.Mse(p, t))(p), 2 * (p - t) / p.Size)),
            Row(Group, "the mean is the sum divided by the count", "definition", (p, t) => Near(Loss.Huber(p, t), Loss.Huber(p, t, reduction: Reduction.Sum) / p.Size)),
            Row(Group, "BCE with logits = BCE of σ, traced", "definition", (z, y) => Near(Loss.BceWithLogits(z, y), Traced((z, y) => Loss.Bce(Sigmoid(z), y))(z, y)), null, Any.Probabilities()),
            Row(Group, "BCE with logits: gradient = σ(z) − y", "Bishop 2006, eq. 4.91", (z, y) => Near(Grad((Tensor z) => Loss.BceWithLogits(z, y, Reduction.Sum))(z), Sigmoid(z) - y), null, Any.Probabilities()),
            Row(Group, "BCE with labels ±1 = log(1 + exp(−s·z))", "definition", (z, y) => Near(Loss.BceWithLogits(z, y, Reduction.None), Softplus((1 - 2 * y) * z)), null, Any.OneHot()),
            Row(Group, "BCE with logits = max(z, 0) − z·y + log(1 + exp(−|z|))", "definition", (z, y) => Near(Loss.BceWithLogits(z, y, Reduction.None), Relu(z) - z * y + Log1p(Exp(-Abs(z))), scale: 1e4), null, Any.Probabilities()),
            Row(Group, "BCE: midpoint convexity in the logits", "log-sum-exp of (z, 0)", (a, b, y) => AtMost(Loss.BceWithLogits((a + b) / 2, y), (Loss.BceWithLogits(a, y) + Loss.BceWithLogits(b, y)) / 2), null, null, Any.Probabilities()),
        ];
    }
}
