using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Rows to learn from and rows to judge by, with what is known of them. Immutable.</summary>
public sealed class Dataset
{
    /// <summary>Puts a data set together.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="origin">One sentence: where it comes from.</param>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="test">The rows to judge by; may be empty.</param>
    /// <param name="classNames">The class of each label; empty for regression.</param>
    /// <param name="synthetic">True when a program made the rows up.</param>
    public Dataset(
        string name, string origin, Samples train, Samples test, IReadOnlyList<string>? classNames = null, bool synthetic = false)
    {
        Name = name;
        Origin = origin;
        Train = train;
        Test = test;
        ClassNames = classNames ?? [];
        Synthetic = synthetic;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>One sentence: where it comes from.</summary>
    public string Origin { get; }

    /// <summary>The rows to learn from.</summary>
    public Samples Train { get; }

    /// <summary>The rows to judge by.</summary>
    public Samples Test { get; }

    /// <summary>The class of each label; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>True when a program made the rows up; whatever shows them says so.</summary>
    public bool Synthetic { get; }

    /// <summary>What encodes further rows of the table that the set was made from; null where there was none.</summary>
    public TableEncoder? Encoder { get; init; }

    /// <summary>The number of classes; 0 for regression.</summary>
    public int Classes => ClassNames.Count;

    /// <summary>The numbers in one row's input: 784 for an image of 28×28.</summary>
    public int Features => Train.Count == 0 ? 0 : Train.InputShape.Aggregate(1, (product, size) => product * size);

    /// <summary>
    /// The same set with inputs (x/255 − mean)/standard deviation of stored bytes x, or (x − mean)/standard deviation of
    /// stored numbers.
    /// </summary>
    /// <param name="mean">Usually that of the training inputs.</param>
    /// <param name="standardDeviation">Usually that of the training inputs; above 0.</param>
    /// <exception cref="SoftmaxException">The standard deviation is not above 0.</exception>
    public Dataset Normalize(double mean, double standardDeviation)
    {
        if (!(standardDeviation > 0))
            throw new SoftmaxException(
                $"Normalize: the standard deviation is {standardDeviation}; it must be above 0 (is the input constant?).");
        var unit = Train.StoredType.IsFloat ? 1.0 : 255.0;
        Samples Scaled(Samples part) =>
            part.Scaled((float)(1 / (unit * standardDeviation)), (float)(-mean / standardDeviation));
        return new Dataset(Name, Origin, Scaled(Train), Scaled(Test), ClassNames, Synthetic);
    }

    /// <summary>The same set with only the first rows of each part: for a quick look.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="test">Rows to judge by.</param>
    public Dataset Take(int train, int test) => With(Train.Take(train), Test.Take(test));

    /// <summary>The same set with mean 0 and standard deviation 1 over all numbers of the training inputs together.</summary>
    /// <exception cref="SoftmaxException">All training inputs are one number.</exception>
    public Dataset Normalize()
    {
        var (mean, deviation) = InputMoments.OfAll(Train);
        if (!(deviation > 0))
            throw new SoftmaxException($"Normalize: every number of the training inputs is {mean}; there is nothing to learn from.");
        return Map(part => part.Map(x => (x - mean) * (1 / deviation)));
    }

    /// <summary>
    /// The same set with mean 0 and standard deviation 1 in each feature of the training inputs on its own; test rows follow
    /// the figures of the training rows.
    /// </summary>
    /// <exception cref="DataException">A feature is constant in the training rows.</exception>
    public Dataset Standardize()
    {
        var (mean, deviation) = InputMoments.OfEach(Train);
        var constant = Array.FindIndex(deviation.ToArray(), x => !(x > 0));
        if (constant >= 0)
            throw new DataException(
                $"{Name}: feature {constant} is {mean.ToArray()[constant]} in all {Train.Count} training rows, so it cannot be standardised; "
                + "leave it out, or Normalize() all features together.");
        return Map(part => part.Standardize(mean, deviation));
    }

    /// <summary>The same set with both parts changed alike.</summary>
    /// <param name="change">Of a part, such as <c>part =&gt; part.Resize(14, 14)</c>.</param>
    public Dataset Map(Func<Samples, Samples> change) => new(Name, Origin, change(Train), change(Test), ClassNames, Synthetic);

    /// <summary>The same set with the training rows changed alone: augmentation, wrong labels.</summary>
    /// <param name="change">Of the training rows, such as <c>train =&gt; train.Flip().Shift(2)</c>.</param>
    public Dataset Augment(Func<Samples, Samples> change) => With(change(Train), Test);

    /// <summary>The same set with wrong labels among the training rows (<see cref="Samples.LabelNoise"/>).</summary>
    /// <param name="share">The probability that a label becomes one of the other classes.</param>
    /// <param name="seed">Which labels, and which classes.</param>
    public Dataset LabelNoise(double share, ulong seed = 0) => Augment(train => train.LabelNoise(share, Classes, seed));

    /// <summary>All training rows anew in two parts by chance; earlier test rows are left out.</summary>
    /// <param name="test">The share of rows to judge by.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratified">Whether each class has the same share in both parts; null for yes where the targets are labels.</param>
    /// <exception cref="DataException">The share is out of range, a part would be empty, or a class has one row only.</exception>
    public Dataset Split(double test = 0.2, ulong seed = 0, bool? stratified = null)
    {
        var (train, held) = Splits.Of(Name, Train, ClassNames, stratified ?? Classes > 0).Split(test, seed);
        return WithEveryClass(Train.Select(train), Train.Select(held));
    }

    /// <summary>k data sets of the training rows: each part in turn is judged by, the others are learned from.</summary>
    /// <param name="count">k, at least 2.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratified">Whether each class has the same share in all parts; null for yes where the targets are labels.</param>
    /// <exception cref="DataException">There are fewer rows (or rows of a class) than parts.</exception>
    public IReadOnlyList<Dataset> Folds(int count = 5, ulong seed = 0, bool? stratified = null) =>
        [.. Splits.Of(Name, Train, ClassNames, stratified ?? Classes > 0).Folds(count, seed)
            .Select(fold => WithEveryClass(Train.Select(fold.Train), Train.Select(fold.Test)))];

    /// <summary>The set of these parts, if each has a row of every class that is there at all.</summary>
    private Dataset WithEveryClass(Samples train, Samples test)
    {
        if (Classes > 0 && Train.Targets.DType == DType.Int32 && Train.Targets.Rank == 1)
        {
            var there = Train.Targets.ToInts().Distinct().Order().ToList();
            foreach (var (part, samples) in new[] { ("training", train), ("test", test) })
            {
                var found = samples.Targets.ToInts().ToHashSet();
                var absent = there.FindIndex(label => !found.Contains(label));
                if (absent >= 0)
                    throw new DataException(
                        $"{Name}: no {part} row has class '{ClassNames[there[absent]]}' ({samples.Count} {part} rows): split with stratified: true, "
                        + "with another share, or leave the class out.");
            }
        }

        return With(train, test);
    }

    private Dataset With(Samples train, Samples test) =>
        new(Name, Origin, train, test, ClassNames, Synthetic) { Encoder = Encoder };

    /// <summary>One line: name, sizes, and whether the rows are made up.</summary>
    public override string ToString() =>
        $"{Name}: {Train.Count} training and {Test.Count} test rows of {Features} numbers"
        + (Classes > 0 ? $", {Classes} classes" : "")
        + (Synthetic ? " (synthetic)" : "");
}
