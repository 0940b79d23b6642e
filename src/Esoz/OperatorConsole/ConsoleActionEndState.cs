namespace Esoz.OperatorConsole;

/// <summary>How an action of an operator ended.</summary>
public static class ConsoleActionEndState
{
    public const string Good = "GOOD";

    /// <summary>It came to its end, and somebody has to look at what it found.</summary>
    public const string Findings = "FINDINGS";

    public const string Failed = "FAILED";

    /// <summary>The program ended before it did.</summary>
    public const string Interrupted = "INTERRUPTED";
}
