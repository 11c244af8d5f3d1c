// $name$: what should hold for every input.
//
// Question  Which laws does the loss obey?
// Method    Each property is tried with random tensors of random shapes. A failure shrinks to the smallest
//           counter-example, printed with the seed that finds it again.
// Expect    All pass. Break one on purpose, to see a counter-example.

// The log of the sum of exponentials as in the book. Traced: run as one plan, made stable by the rewrites.
var lse = Traced(z => Log(Exp(z).Sum(-1)));

// Any tensor: the shapes and values vary, infinities and ties among them only where one asks for them.
Property("at least the largest entry", (Tensor z) => AtMost(z.Max(-1), lse(z)), Any.Logits());

Property("a shift of all entries shifts the result", (Tensor z) => Near(lse(z + 3), lse(z) + 3), Any.Logits());

// Two arguments: their shapes go together where the property calculates with both.
Property("softmax is its gradient", (Tensor z) => Near(Grad(x => lse(x).Sum())(z), Softmax(z)), Any.Logits());

// A whole loss: the built-in catalogue of laws; what may hold is found, what must hold fails.
Tensor MyLoss(Tensor o, Tensor y) => (LogSumExp(o, 1) - o.Pick(y)).Mean();
Check.Loss(MyLoss);
