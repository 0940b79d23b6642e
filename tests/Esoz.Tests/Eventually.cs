namespace Esoz.Tests;

/// <summary>Waits for what other threads, processes and the database do.</summary>
public static class Eventually
{
    /// <summary>After this a test counts as hanging. It says nothing about speed: what is waited for takes a small part of it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Checks a condition until it holds.</summary>
    /// <param name="otherwise">What to report when it never holds.</param>
    public static async Task Holds(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        for (; !await condition(); await Task.Delay(10, TestContext.Current.CancellationToken))
            Assert.False(limit.IsCancellationRequested, otherwise?.Invoke() ?? "This never happened.");
    }

    /// <summary>The same with a condition that needs no waiting.</summary>
    public static Task Holds(Func<bool> condition, Func<string>? otherwise = null) =>
        Holds(() => Task.FromResult(condition()), otherwise);

    /// <summary>Waits for the end of a task.</summary>
    /// <exception cref="TimeoutException">It never ends.</exception>
    public static Task Ends(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Waits for the result of a task.</summary>
    /// <exception cref="TimeoutException">It never ends.</exception>
    public static Task<T> Ends<T>(Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
