namespace Esoz.Codes;

/// <summary>Reasons that the registry writes when it ends an employment (employee-roles §7).</summary>
public static class EmployeeStatusReason
{
    /// <summary>The employee is dismissed by hand (deactivate-employee).</summary>
    public const string Dismissal = "manual_employee_deactivate";

    /// <summary>The legal entity is closed (deactivate-legal-entity).</summary>
    public const string LegalEntityClosure = "auto_legal_entity_deactivate";
}
