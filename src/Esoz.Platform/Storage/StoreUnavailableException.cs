namespace Esoz.Platform.Storage;

/// <summary>
/// The object store does not answer, or does not have what it must have, so that the same request may succeed later. Answered with 503.
/// </summary>
public class StoreUnavailableException : Exception
{
    /// <param name="message">For the log.</param>
    protected StoreUnavailableException(string message) : base(message)
    {
    }

    /// <param name="cause">A fault of the connection, or one that the store reports.</param>
    public StoreUnavailableException(Exception cause) : base($"The object store does not answer: {Reason(cause)}", cause)
    {
    }

    /// <summary>The answer; null = the general one.</summary>
    public Refusal? Refusal { get; protected init; }

    private static string Reason(Exception cause) =>
        cause is OperationCanceledException or TimeoutException ? "nothing came in time" : cause.GetBaseException().Message;
}
