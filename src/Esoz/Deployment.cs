namespace Esoz;

/// <summary>
/// Environments of the registry (<c>ESOZ_ENVIRONMENT</c>). Each has contract files in a bucket of its own (media-storage §4).
/// </summary>
public enum Deployment
{
    /// <summary>Development and test.</summary>
    Dev,
    Demo,
    Preprod,
    Prod,
}
