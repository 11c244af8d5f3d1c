using Xunit;

// The current folder and the console belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
