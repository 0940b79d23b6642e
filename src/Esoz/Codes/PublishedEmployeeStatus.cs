namespace Esoz.Codes;

/// <summary>
/// Spellings of the published page of Deactivate employee that are read, but neither stored nor written (employee-roles §6.4).
/// </summary>
public static class PublishedEmployeeStatus
{
    /// <summary>Stored as <see cref="EmployeeStatus.EnteredInError"/>.</summary>
    public const string EnteredInError = "ENTERED IN ERROR";
}
