namespace SoftmaxScripting.Core

open System

/// <summary>Operators of vector calculus, and derivatives of functions of one number.</summary>
[<AbstractClass; Sealed>]
type VectorCalculus private () =

    static let diagonalSum (matrix: Tensor) n =
        if matrix.Size = 0 then
            Tensor.Zeros([||])
        else
            matrix.Reshape(n, n).Trace()

    /// <summary>The Laplacian Σᵢ ∂²f/∂xᵢ² of a function that returns one number.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">f returns more than one number.</exception>
    static member Laplacian(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        diagonalSum (Differentiation.Hessian(f, x)) x.Size

    /// <summary>The divergence Σᵢ ∂fᵢ/∂xᵢ of a vector field, whose values have the shape of its argument.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">f(x) and x differ in shape.</exception>
    static member Divergence(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        let struct (y, jacobian) = Differentiation.ValueAndJacobian(f, x)

        if not (y.Shape.Equals x.Shape) then
            raise (
                ShapeException(
                    "Divergence",
                    $"the function returned shape {y.Shape} at an argument of shape {x.Shape}; a vector field has as many components as its space has axes"
                )
            )

        diagonalSum jacobian x.Size

    /// <summary>The curl ∇ × f of a vector field in three dimensions: f maps [3] to [3].</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">x or f(x) is not of shape [3].</exception>
    static member Curl(f: Func<Tensor, Tensor>, x: Tensor) : Tensor =
        let three = Shape.Of 3

        if not (x.Shape.Equals three) then
            raise (ShapeException("Curl", $"the argument has shape {x.Shape}; a curl needs [3]"))

        let struct (y, jacobian) = Differentiation.ValueAndJacobian(f, x)

        if not (y.Shape.Equals three) then
            raise (
                ShapeException("Curl", $"the function returned shape {y.Shape}; a curl needs [3]")
            )

        let d (i: int) (j: int) = jacobian[i, j]
        Tensor.Stack([| d 2 1 - d 1 2; d 0 2 - d 2 0; d 1 0 - d 0 1 |])

    /// <summary>The n-th derivative of a function of one number; order 0 is the function itself.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">x or f(x) has more than one element.</exception>
    static member NthDerivative(f: Func<Tensor, Tensor>, order: int, x: Tensor) : Tensor =
        if order < 0 then
            raise (
                SoftmaxException
                    $"NthDerivative: order {order} is negative; 0 is the function itself, 1 its derivative"
            )

        if x.Size <> 1 then
            raise (
                ShapeException(
                    "NthDerivative",
                    $"the argument has shape {x.Shape}; derivatives of order n belong to functions of one number (Vectorize applies one to many)"
                )
            )

        let rec derived n : Func<Tensor, Tensor> =
            if n = 0 then
                f
            else
                let lower = derived (n - 1)
                Func<Tensor, Tensor>(fun x -> Differentiation.Gradient(lower, x))

        (derived order).Invoke x
