// Identities of softmax and its losses, tried on random inputs.
//
// Question  What of the textbook holds for this implementation, and how exactly?
// Method    Each line states one identity as a property of tensors. Inputs are random in shape and size, with ties and
//           extreme numbers among them; a counter-example would be shrunk to a small one. All in float64.
// Expect    Every line passes; the worst error found stands beside it.

var cases = Option("cases", 100, "random inputs per identity", min: 1);
void Holds(string name, Func<Tensor, Claim> claim, TensorArbitrary input = null) => Property(name, claim, input, cases);
void Both(string name, Func<Tensor, Tensor, Claim> claim, TensorArbitrary a = null, TensorArbitrary b = null) =>
    Property(name, claim, a, b, cases);

Print("softmax");
Holds("entries are in [0, 1]", z => Everywhere((Softmax(z) >= 0) * (Softmax(z) <= 1)), Any.Logits());
Holds("rows sum to 1", z => Near(Softmax(z).Sum(-1), 1, relative: 1e-11), Any.Logits());
Holds("softmax(z + c) = softmax(z)", z => Near(Softmax(z + 3), Softmax(z)), Any.Tensor());
Holds("two classes: softmax([a, 0])_1 = σ(a)", a => Near(Softmax(Concat([a, 0 * a], 1))[.., 0], Sigmoid(a)[.., 0]), Any.Tensor(-1, 1));
Holds("order is kept", z => Near(ArgMax(Softmax(z)).ToDouble(), ArgMax(z).ToDouble()), Any.Tensor());
Holds("permuting the classes permutes the result", z => Near(Softmax(Flip(z)), Flip(Softmax(z))), Any.Tensor());
Holds("log softmax = log of softmax, traced", z => Near(LogSoftmax(z), Traced(z => Log(Softmax(z)))(z)), Any.Logits());
Holds("∂softmax = diag(p) − p pᵀ", z => Near(Jacobian(z => Softmax(z))(z), Diagonal(Softmax(z)) - Outer(Softmax(z), Softmax(z))), Any.Tensor(-1));
Both("Lipschitz with constant 1", (a, b) => AtMost(Norm(Softmax(a) - Softmax(b)), Norm(a - b)), Any.Tensor(-1), Any.Tensor(-1));

Print("\nlog-sum-exp");
Holds("max ≤ lse", z => AtMost(Max(z, -1), LogSumExp(z)), Any.Logits());
Holds("lse ≤ max + log n", z => AtMost(LogSumExp(z), Max(z, -1) + Math.Log(z.Shape[-1])), Any.Logits());
Holds("softmax is the gradient of lse", z => Near(Grad((Tensor z) => LogSumExp(z))(z), Softmax(z)), Any.Tensor(-1));
Holds("the Hessian of lse is ∂softmax", z => Near(Hessian(z => LogSumExp(z))(z), Jacobian(z => Softmax(z))(z)), Any.Tensor(-1));

Print("\nlosses");
Both("∂ cross-entropy = (softmax − y)/n", (z, y) => Near(Grad((Tensor z) => Loss.CrossEntropy(z, y))(z), (Softmax(z) - y) / z.Shape[0]), Any.Tensor(4, 3), Any.SoftTargets(4, 3));
Both("its rows sum to 0", (z, y) => NearZero(Grad((Tensor z) => Loss.CrossEntropy(z, y))(z).Sum(1)), Any.Tensor(4, 3), Any.SoftTargets(4, 3));
Both("one-hot targets are labels", (z, y) => Near(Loss.CrossEntropy(z, OneHot(y, 3)), Loss.CrossEntropy(z, y)), Any.Tensor(4, 3), Any.Labels(classes: 3, rows: 4));
Both("Gibbs: entropy ≤ cross-entropy", (p, q) => AtMost(-(p * Log(p)).Sum(-1), -(p * Log(q)).Sum(-1)), Any.Probabilities(3, 4), Any.Probabilities(3, 4));
Both("KL(p‖q) ≥ 0", (p, q) => AtMost(Tensor.Zeros(3), (p * (Log(p) - Log(q))).Sum(-1)), Any.Probabilities(3, 4), Any.Probabilities(3, 4));
Both("Huber ≤ ½r²", (p, t) => AtMost(Loss.Huber(p, t, reduction: Reduction.None), 0.5 * (p - t) * (p - t)));
Both("Huber ≤ δ|r|", (p, t) => AtMost(Loss.Huber(p, t, 0.7, Reduction.None), 0.7 * Abs(p - t)));
Both("∂ Huber = clamp(r, −δ, δ)", (p, t) => Near(Grad((Tensor p) => Loss.Huber(p, t, 0.7, Reduction.Sum))(p), Clamp(p - t, -0.7, 0.7)));
Both("BCE with logits = BCE of σ", (z, y) => Near(Loss.BceWithLogits(z, y), Traced((z, y) => Loss.Bce(Sigmoid(z), y))(z, y)), Any.Tensor(3, 4), Any.Probabilities(3, 4));
Both("∂ BCE with logits = σ(z) − y", (z, y) => Near(Grad((Tensor z) => Loss.BceWithLogits(z, y, Reduction.Sum))(z), Sigmoid(z) - y), Any.Tensor(3, 4), Any.Probabilities(3, 4));

Print("\nfunctions and matrices");
Holds("tanh x = 2σ(2x) − 1", x => Near(Tanh(x), 2 * Sigmoid(2 * x) - 1), Any.Tensor());
Holds("σ(−x) = 1 − σ(x)", x => Near(Sigmoid(-x), 1 - Sigmoid(x)), Any.Tensor());
Holds("σ' = σ(1 − σ)", x => Near(Grad((Tensor x) => Sum(Sigmoid(x)))(x), Sigmoid(x) * (1 - Sigmoid(x))), Any.Tensor());
Both("∂ tr(A X B X)/∂X = Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ", (x, a) => Near(
    Grad((Tensor x) => Trace(a.MatMul(x).MatMul(a.T).MatMul(x)))(x),
    a.T.MatMul(x.T).MatMul(a) + a.MatMul(x.T).MatMul(a.T), scale: 1e3), Any.Tensor(3, 3), Any.Tensor(3, 3));
Holds("∇(xᵀ A x) = 2 A x for symmetric A", a =>
{
    var x = Tensor.Arange(1, a.Shape[0] + 1).ToDouble();
    return Near(Grad((Tensor x) => x.Dot(a.MatMul(x)))(x), 2 * a.MatMul(x), scale: 1e3);
}, Any.PositiveDefinite());
Holds("a Hessian is symmetric", x => Near(H(x), H(x).T), Any.Tensor(-1));
Holds("a Hessian-vector product is the Hessian times the vector", x => Near(HessianVector(F)(x, x), H(x).MatMul(x), scale: 1e3), Any.Tensor(-1));

static Tensor F(Tensor x) => Exp(Sin(x)).Sum() * Sigmoid(x).Sum();
static Tensor H(Tensor x) => Hessian(F)(x);
static Tensor Diagonal(Tensor p) => p.Reshape(-1, 1) * Tensor.Eye(p.Size).ToDouble();
static Tensor Flip(Tensor z) => z.Gather(Tensor.Of(Enumerable.Range(0, z.Shape[-1]).Reverse().ToArray()), -1);
