namespace SoftmaxScripting.Core

open System
open System.IO.Enumeration
open System.Runtime.InteropServices

/// <summary>How parameters follow their gradients.</summary>
[<AbstractClass>]
type Optimizer(name: string, learningRate: float) =
    let mutable rate = learningRate

    let checkedRate (value: float) =
        if not (value > 0.0 && value < infinity) then
            raise (
                SoftmaxException
                    $"{name}: the learning rate is {value}; it must be above 0 (a negative one would climb the loss)."
            )

    do checkedRate learningRate

    /// <summary>What it is called.</summary>
    member _.Name = name

    /// <summary>The step's size, η; may be changed between steps.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">It is not above 0.</exception>
    member _.LearningRate
        with get () = rate
        and set value =
            checkedRate value
            rate <- value

    override _.ToString() = name

/// <summary>
/// An optimiser that is a chain of updates: the gradient goes through them in order, and what comes out is the direction d
/// of the step p ← p − η·d. Everything becomes part of the training step's plan.
/// </summary>
/// <example><code>new ChainedOptimizer("SignSgd with momentum", 0.01, new Momentum(0.9), new SignOfMomentum(0, 0))</code></example>
type ChainedOptimizer
    private (name: string, learningRate: float, updates: Update[], groups: ParameterGroup[]) =
    inherit Optimizer(name, learningRate)

    /// What every parameter belongs to that no other group contains.
    static let others = ParameterGroup("others", (fun _ -> true), 1.0, Nullable())

    /// <summary>Puts a chain together.</summary>
    new(name: string, learningRate: float, [<ParamArray>] updates: Update[]) =
        ChainedOptimizer(name, learningRate, updates, [||])

    /// <summary>The updates in order.</summary>
    member _.Updates = updates

    /// <summary>Parameters with numbers of their own; where several contain a parameter, the first counts.</summary>
    member _.Groups = groups

    /// <summary>The names of the tensors kept for each parameter, in the order of the updates.</summary>
    member _.StateNames = updates |> Array.collect (fun u -> u.StateNames)

    /// <summary>How many tensors in the parameter's shape it keeps for each parameter; they begin as zeros.</summary>
    member this.StateCount = this.StateNames.Length

    /// <summary>The same chain after another update, such as one that clips the gradient.</summary>
    /// <param name="update">It gets the gradients first.</param>
    member this.After(update: Update) =
        ChainedOptimizer(name, this.LearningRate, Array.append [| update |] updates, groups)

    /// <summary>The same chain with gradients whose entries are brought into −limit..limit first.</summary>
    /// <param name="limit">Above 0.</param>
    member this.ClipValue(limit: float) = this.After(ClipByValue limit)

    /// <summary>The same chain with gradients shortened first, where their norm over all parameters exceeds a limit.</summary>
    /// <param name="limit">Above 0.</param>
    member this.ClipNorm(limit: float) = this.After(ClipByNorm limit)

    /// <summary>The same chain with a learning rate or weight decay of its own for some parameters.</summary>
    /// <param name="parameters">
    /// Their names, where * stands for anything: "0.*" for the first layer of a Sequential, "*bias" for all biases.
    /// </param>
    /// <param name="learningRate">η for them; by default the optimiser's. A schedule changes both in the same ratio.</param>
    /// <param name="weightDecay">λ for them; by default the optimiser's.</param>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">
    /// The learning rate is not above 0, the weight decay is negative, or the optimiser has none to replace.
    /// </exception>
    member this.For
        (
            parameters: string,
            [<Optional>] learningRate: Nullable<float>,
            [<Optional>] weightDecay: Nullable<float>
        ) =
        let matches (name: string) =
            FileSystemName.MatchesSimpleExpression(parameters, name, false)

        this.ForWhere(parameters, matches, learningRate, weightDecay)

    /// <summary>The same with a function of the parameter's name.</summary>
    /// <param name="name">How messages call these parameters.</param>
    /// <param name="contains">Whether the parameter of a name is one of them.</param>
    /// <param name="learningRate">η for them; by default the optimiser's.</param>
    /// <param name="weightDecay">λ for them; by default the optimiser's.</param>
    member this.ForWhere
        (
            name: string,
            contains: Func<string, bool>,
            [<Optional>] learningRate: Nullable<float>,
            [<Optional>] weightDecay: Nullable<float>
        ) =
        let rate =
            if learningRate.HasValue then
                UpdateChecks.positive $"For {name}" "learning rate" learningRate.Value
                learningRate.Value / this.LearningRate
            else
                1.0

        let updates =
            if
                weightDecay.HasValue
                && not (updates |> Array.exists (fun u -> u :? WeightDecay))
            then
                UpdateChecks.notNegative $"For {name}" "weight decay" weightDecay.Value
                // Without a decay of its own the chain gets one of 0, which only the group replaces.
                Array.append [| WeightDecay 0.0 :> Update |] updates
            else
                updates

        let group = ParameterGroup(name, contains, rate, weightDecay)
        ChainedOptimizer(this.Name, this.LearningRate, updates, Array.append groups [| group |])

    /// <summary>The same chain without weight decay of the parameters whose names end in "bias".</summary>
    member this.KeepBiases() =
        this.For("*bias", weightDecay = Nullable 0.0)

    /// The groups with the one of all others at the end, and the group of each parameter.
    member internal _.Assign(parameters: string[]) : struct (ParameterGroup[] * int[]) =
        let all = Array.append groups [| others |]

        let assigned =
            parameters
            |> Array.map (fun p -> all |> Array.findIndex (fun group -> group.Contains p))

        for group in groups do
            if not (parameters |> Array.exists group.Contains) then
                let known = String.Join(", ", parameters)

                raise (
                    SoftmaxException
                        $"{name}: no parameter is meant by '{group.Name}'; the model's are {known}."
                )

        struct (all, assigned)

/// <summary>
/// Stochastic gradient descent: g ← ∇L + λp; v ← μv + g; p ← p − η·v, or with Nesterov's momentum p ← p − η(g + μv)
/// (Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", in the form of PyTorch: the
/// velocity begins as the first gradient).
/// </summary>
[<Sealed>]
type Sgd
    (
        learningRate: float,
        [<Optional; DefaultParameterValue(0.0)>] momentum: float,
        [<Optional; DefaultParameterValue(false)>] nesterov: bool,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "Sgd",
            learningRate,
            [| if weightDecay <> 0.0 then
                   WeightDecay weightDecay :> Update
               if momentum <> 0.0 then
                   Momentum(momentum, nesterov) |]
        )

    do
        if nesterov && momentum = 0.0 then
            raise (SoftmaxException "Sgd: Nesterov's method needs a momentum above 0.")

    /// <summary>μ: the share of the velocity that stays.</summary>
    member _.Momentum = momentum

/// <summary>
/// Adam (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization"): see <see cref="T:SoftmaxScripting.Core.AdamMoments"/>;
/// weight decay is added to the gradient.
/// </summary>
[<Sealed>]
type Adam
    (
        [<Optional; DefaultParameterValue(0.001)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.9)>] beta1: float,
        [<Optional; DefaultParameterValue(0.999)>] beta2: float,
        [<Optional; DefaultParameterValue(1e-8)>] epsilon: float,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "Adam",
            learningRate,
            [| if weightDecay <> 0.0 then
                   WeightDecay weightDecay :> Update
               AdamMoments(beta1, beta2, epsilon) |]
        )

/// <summary>
/// Adam with decoupled weight decay p ← p − η(m̂/(√v̂ + ε) + λp) (Loshchilov and Hutter 2019, "Decoupled Weight Decay
/// Regularization", algorithm 2, with λ times the learning rate as in PyTorch).
/// </summary>
[<Sealed>]
type AdamW
    (
        [<Optional; DefaultParameterValue(0.001)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.9)>] beta1: float,
        [<Optional; DefaultParameterValue(0.999)>] beta2: float,
        [<Optional; DefaultParameterValue(1e-8)>] epsilon: float,
        [<Optional; DefaultParameterValue(0.01)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "AdamW",
            learningRate,
            [| AdamMoments(beta1, beta2, epsilon) :> Update; WeightDecay weightDecay |]
        )

/// <summary>
/// RMSprop (Tieleman and Hinton 2012, lecture 6.5; centred: Graves 2013): see
/// <see cref="T:SoftmaxScripting.Core.RootMeanSquare"/>; momentum acts on the scaled gradient, weight decay is added to the gradient.
/// </summary>
[<Sealed>]
type RmsProp
    (
        [<Optional; DefaultParameterValue(0.01)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.99)>] smoothing: float,
        [<Optional; DefaultParameterValue(1e-8)>] epsilon: float,
        [<Optional; DefaultParameterValue(0.0)>] momentum: float,
        [<Optional; DefaultParameterValue(false)>] centered: bool,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "RmsProp",
            learningRate,
            [| if weightDecay <> 0.0 then
                   WeightDecay weightDecay :> Update
               RootMeanSquare(smoothing, epsilon, centered)
               if momentum <> 0.0 then
                   Momentum momentum |]
        )

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization"):
/// see <see cref="T:SoftmaxScripting.Core.SumOfSquares"/>; weight decay is added to the gradient.
/// </summary>
[<Sealed>]
type Adagrad
    (
        [<Optional; DefaultParameterValue(0.01)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.0)>] rateDecay: float,
        [<Optional; DefaultParameterValue(0.0)>] initial: float,
        [<Optional; DefaultParameterValue(1e-10)>] epsilon: float,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "Adagrad",
            learningRate,
            [| if weightDecay <> 0.0 then
                   WeightDecay weightDecay :> Update
               SumOfSquares(rateDecay, initial, epsilon) |]
        )

/// <summary>
/// Nadam (Dozat 2016, "Incorporating Nesterov Momentum into Adam"): see <see cref="T:SoftmaxScripting.Core.NadamMoments"/>;
/// weight decay is added to the gradient.
/// </summary>
[<Sealed>]
type Nadam
    (
        [<Optional; DefaultParameterValue(0.002)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.9)>] beta1: float,
        [<Optional; DefaultParameterValue(0.999)>] beta2: float,
        [<Optional; DefaultParameterValue(1e-8)>] epsilon: float,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float,
        [<Optional; DefaultParameterValue(0.004)>] momentumDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "Nadam",
            learningRate,
            [| if weightDecay <> 0.0 then
                   WeightDecay weightDecay :> Update
               NadamMoments(beta1, beta2, epsilon, momentumDecay) |]
        )

/// <summary>
/// Lion, p ← p − η(sign(β₁m + (1 − β₁)∇L) + λp) (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms",
/// algorithm 2).
/// </summary>
[<Sealed>]
type Lion
    (
        [<Optional; DefaultParameterValue(0.0001)>] learningRate: float,
        [<Optional; DefaultParameterValue(0.9)>] beta1: float,
        [<Optional; DefaultParameterValue(0.99)>] beta2: float,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit
        ChainedOptimizer(
            "Lion",
            learningRate,
            [| SignOfMomentum(beta1, beta2) :> Update; WeightDecay weightDecay |]
        )
