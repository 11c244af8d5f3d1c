// Backpropagation by hand against the engine, layer by layer.
//
// Question  The four equations of backpropagation: do they give the gradients that the engine finds from the loss
//           alone?
// Method    A network of sigmoids, z = W a + b, a' = s(z), loss half the squared distance to y. By hand: d = (a - y)
//           s'(z) at the output, d_l = (W^T d_(l+1)) s'(z_l) below, dL/dW = d a^T and dL/db = d. Beside it Grad of
//           the loss.
// Expect    Equal in float64 up to rounding (about 1e-16). The norm of d shrinks from layer to layer towards the
//           input, since s' is at most 1/4: the plot shows it for a deeper network, and for tanh, whose slope reaches
//           1.

var width = Option("width", 6, "units of each layer", min: 1);
var depth = Option("depth", 4, "layers", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the point", min: 0);

Tensor Slope(Tensor z) => Sigmoid(z) * (1 - Sigmoid(z));

// The parameters are W1, b1, W2, b2, …; a column is a point.
Tensor Output(Tensor[] p, Tensor x) => Enumerable.Range(0, p.Length / 2).Aggregate(x, (a, l) => Sigmoid(p[2 * l].MatMul(a) + p[2 * l + 1]));
Tensor HalfSquare(Tensor a, Tensor y) => 0.5 * (a - y).Pow(2).Sum();

Tensor[] ByHand(Tensor[] p, Tensor x, Tensor y)
{
    var layers = p.Length / 2;
    var (a, z) = (new Tensor[layers + 1], new Tensor[layers]);
    a[0] = x;
    for (var l = 0; l < layers; l++)
    {
        z[l] = p[2 * l].MatMul(a[l]) + p[2 * l + 1];
        a[l + 1] = Sigmoid(z[l]);
    }

    var gradients = new Tensor[p.Length];
    var delta = (a[layers] - y) * Slope(z[^1]);
    for (var l = layers - 1; l >= 0; l--)
    {
        gradients[2 * l] = delta.MatMul(a[l].T);
        gradients[2 * l + 1] = delta;
        if (l > 0)
            delta = p[2 * l].T.MatMul(delta) * Slope(z[l - 1]);
    }

    return gradients;
}

Seed((ulong)seed);
Tensor[] Parameters(int layers) =>
    [.. Enumerable.Range(0, 2 * layers).Select(i => Tensor.Normal(width, i % 2 == 0 ? width : 1).ToDouble())];
var p = Parameters(depth);
var (x, y) = (Tensor.Normal(width, 1).ToDouble(), Tensor.Uniform(width, 1).ToDouble());
var hand = ByHand(p, x, y);
var engine = Grad((Tensor[] q) => HalfSquare(Output(q, x), y))(p);
Table(Enumerable.Range(0, depth).Select(l => new
{
    layer = l + 1,
    norm_of_delta = Norm(hand[2 * l + 1]).Item(),
    weights_differ_by = Abs(hand[2 * l] - engine[2 * l]).Max().Item(),
    biases_differ_by = Abs(hand[2 * l + 1] - engine[2 * l + 1]).Max().Item(),
}), "By hand against the engine");

const int deep = 12;
var many = Parameters(deep);
double[] Norms(Func<Tensor, Tensor> bend) =>
    [.. Grad((Tensor[] q) => HalfSquare(Enumerable.Range(0, deep).Aggregate(x, (a, l) => bend(q[2 * l].MatMul(a) / Math.Sqrt(width) + q[2 * l + 1])), y))(many)
        .Where((_, i) => i % 2 == 1).Select(g => Norm(g).Item())];
Plot(new Chart("How much of the error arrives", Series.Line("sigmoid", Norms(a => Sigmoid(a))), Series.Line("tanh", Norms(a => Tanh(a))))
{ X = Axis.Integers("layer"), Y = Axis.Log("norm of δ") });

Property("two layers by hand have the engine's gradients", (Tensor u, Tensor v, Tensor at) =>
{
    Tensor[] q = [u, Tensor.Zeros(3, 1).ToDouble(), v, Tensor.Ones(2, 1).ToDouble()];
    var expected = Grad((Tensor[] r) => HalfSquare(Output(r, at), 0.5))(q);
    return AllOf([.. ByHand(q, at, 0.5).Zip(expected, (h, e) => Near(h, e))]);
}, Any.Moderate(3, 4), Any.Moderate(2, 3), Any.Moderate(4, 1));
Property("∂ tr(AXBX)/∂X = AᵀXᵀBᵀ + BᵀXᵀAᵀ", (Tensor A, Tensor B, Tensor X) => Near(
    Grad(M => Trace(A.MatMul(M).MatMul(B).MatMul(M)))(X), A.T.MatMul(X.T).MatMul(B.T) + B.T.MatMul(X.T).MatMul(A.T)),
    Any.Moderate(3, 3), Any.Moderate(3, 3), Any.Moderate(3, 3));
